#!/usr/bin/env bash
# Make the recordings of the demo again: the caller's lines (16 kHz) and the front desk's (24 kHz).
# Needs flite (voices slt and rms, BSD-style licence, Carnegie Mellon University) and sox.
set -euo pipefail
cd "$(dirname "$0")/../.."

speak() { # voice rate file text
  flite -voice "$1" -t "$4" -o /tmp/line.wav
  sox -D /tmp/line.wav -r "$2" -c 1 -b 16 "$3" norm -3
}

caller=trio_live/cli/calls
mkdir -p "$caller"
speak slt 16000 "$caller/hello.wav" "Hello, this is Maria Lopez. I'd like to book an appointment with Doctor Chen."
speak slt 16000 "$caller/thursday.wav" "Do you have anything on Thursday afternoon?"
speak slt 16000 "$caller/three_thirty.wav" "Yes, three thirty is perfect."
speak slt 16000 "$caller/one_moment.wav" "One moment, please."
speak slt 16000 "$caller/uh_huh.wav" "Uh huh."
speak slt 16000 "$caller/goodbye.wav" "That's all, thank you. Goodbye."

desk=trio_live/emulator/_persona/bundled/front_desk
mkdir -p "$desk"
printf '# What the front desk of the demo says, as recordings. Other lines are synthesised on the spot.\n[lines]\n' > "$desk/index.toml"
desk_line() { # file text
  speak rms 24000 "$desk/$1" "$2"
  printf '"%s" = "%s"\n' "$2" "${1%.wav}.steps" >> "$desk/index.toml"
}
desk_line morning.wav "Good morning, Harbour Clinic, how can I help you?"
desk_line which_day.wav "Hello Maria Lopez, of course. Which day would suit you for Doctor Chen?"
desk_line let_me_see.wav "Let me see what Doctor Chen has for Thursday."
desk_line times.wav "I have these times free: half past one, a quarter past two, half past three and four o'clock."
desk_line advice.wav "Please bring your insurance card and a list of the medicines you take."
desk_line which_time.wav "Which of these times would you like?"
desk_line take_your_time.wav "Of course, take your time."
desk_line suggestion.wav "Would half past three be a good time for you?"
desk_line booked.wav "Wonderful, Maria Lopez. You are booked with Doctor Chen on Thursday at three thirty. Your confirmation number is 4711. Is there anything else I can do for you?"
desk_line goodbye.wav "Thank you for calling Harbour Clinic. Goodbye, and take care!"
python3 -m docs.pack_recordings "$desk"
