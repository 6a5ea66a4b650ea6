// One turn with @google/genai. The address comes from the environment: GOOGLE_GEMINI_BASE_URL and NODE_EXTRA_CA_CERTS.

import { GoogleGenAI, Modality } from "@google/genai";

const client = new GoogleGenAI({ apiKey: "any" });
const session = await client.live.connect({
  model: "gemini-3.8-live",
  config: { responseModalities: [Modality.AUDIO], outputAudioTranscription: {} },
  callbacks: {
    onmessage: ({ serverContent }) => {
      process.stdout.write(serverContent?.outputTranscription?.text ?? "");
      if (serverContent?.turnComplete) session.close();
    },
  },
});
session.sendClientContent({ turns: "What is the capital of France?", turnComplete: true });
