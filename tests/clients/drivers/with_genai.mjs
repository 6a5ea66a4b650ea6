// Drives @google/genai on Node. Usage and reports as in driving.py.

import { GoogleGenAI, Modality } from "@google/genai";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const ASKED = {
  text: "What is the capital of France?",
  tool: "What is the weather in London?",
  barge_in: "Tell me a long story.",
  resume: "My name is Ann.",
};
const [speech, ...scenarios] = process.argv.slice(2);
const LIMIT_MILLISECONDS = 40_000;
const WEATHER = {
  name: "get_weather",
  description: "Tell the weather in a city.",
  parameters: { type: "OBJECT", properties: { city: { type: "STRING" } }, required: ["city"] },
};
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const report = (what) => console.log(JSON.stringify(what));
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const client = new GoogleGenAI({ apiKey: "any" });


async function play(scenario, model, finished) {
  const turnsWanted = { barge_in: 2, resume: 2 }[scenario] ?? 1;
  let session, handle, said = "", turns = 0, spoken = false, gone = false;

  async function connect() {
    session = await client.live.connect({
      model,
      config: {
        responseModalities: [Modality.AUDIO],
        outputAudioTranscription: {},
        tools: scenario === "tool" ? [{ functionDeclarations: [WEATHER] }] : undefined,
        sessionResumption: scenario === "resume" ? { handle } : undefined,
      },
      callbacks: { onmessage: (message) => void receive(message), onerror: ({ message }) => report({ error: message }) },
    });
  }

  async function receive(message) {
    const content = message.serverContent;
    const sound = (content?.modelTurn?.parts ?? []).filter((part) => part.inlineData);
    for (const part of sound) report({ audio: part.inlineData.data.length });
    if (sound.length && scenario === "barge_in" && !spoken) {
      spoken = true;
      void speak();
    }
    said += content?.outputTranscription?.text ?? "";
    if (content?.interrupted) report({ interrupted: true });
    for (const call of message.toolCall?.functionCalls ?? []) {
      report({ call: call.name, args: call.args });
      const response = { weather: "foggy" };
      session.sendToolResponse({ functionResponses: [{ id: call.id, name: call.name, response }] });
    }
    handle = message.sessionResumptionUpdate?.newHandle ?? handle;
    if (message.goAway && !gone) {
      gone = true;
      session.close();
      await connect();
      report({ reconnected: true });
      await lines.next();
      ask("Who am I?");
    }
    if (content?.turnComplete) {
      report({ said });
      report({ turn: true });
      said = "";
      if (++turns === turnsWanted) {
        session.close();
        finished();
      }
    }
  }

  function ask(text) {
    if (model.includes("3.1")) session.sendRealtimeInput({ text });
    else session.sendClientContent({ turns: text, turnComplete: true });
  }

  async function speak() {
    const pcm = Buffer.concat([readFileSync(speech).subarray(44), Buffer.alloc(32_000)]);
    for (let start = 0; start < pcm.length; start += 640) {
      const data = pcm.subarray(start, start + 640).toString("base64");
      session.sendRealtimeInput({ audio: { data, mimeType: "audio/pcm;rate=16000" } });
      await pause(4);
    }
  }

  await connect();
  ask(ASKED[scenario]);
}

for (const begins of scenarios) {
  report({ begins });
  const [scenario, model] = begins.split(":");
  const over = new Promise((finished, failed) => play(scenario, model, finished).catch(failed));
  await Promise.race([over, pause(LIMIT_MILLISECONDS)]).catch((problem) => report({ failed: String(problem) }));
}
process.exit(0);
