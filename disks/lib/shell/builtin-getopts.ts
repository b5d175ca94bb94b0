// getopts: a script's options, one at each call. Where it is within a word with several letters, OPTIND does not say.

import { Digits, indexOf, parseNumber } from "../text.ts";
import { assignRead } from "./builtin-read.ts";
import { wrong } from "./complaints.ts";
import { shell } from "./state.ts";
import { note, unsetVariable, valueOf } from "./variables.ts";

/** getopts letters name: the next option of the parameters. OPTIND is where it looks, the place inside a word is ours. */
class OptionPlace {
  inside: usize;
  index: u64;
}

const optionPlace = zeroed<OptionPlace>();

function noteNumber(name: string, n: u64): void {
  const digits = zeroed<Digits>();
  note(name, digits.of(n, 10));
}

export function getopts(words: Slice<string>): i32 {
  if (words.length < 3) return wrong("getopts", "", "usage: getopts letters name [argument]...");
  const letters = words[1];
  const silent = letters.length > 0 && letters[0] === byte(":");
  const arguments_ = words.length > 3 ? words.sub(3, words.length) : shell.parameters;
  const given = parseNumber(valueOf("OPTIND"));
  let index: u64 = isErr(given) || given === 0 ? 1 : given;
  const place = ref(optionPlace);
  if (index !== place.index) place.inside = 0;
  if (place.inside === 0) {
    if (index > arguments_.length || arguments_[index - 1].length < 2 || arguments_[index - 1][0] !== byte("-")) return optionsEnd(words[2], index);
    if (arguments_[index - 1] === "--") return optionsEnd(words[2], index + 1);
    place.inside = 1;
  }
  const word = arguments_[index - 1];
  const c = word[place.inside];
  const option = word.sub(place.inside, place.inside + 1);
  place.inside++;
  const at = indexOf(letters, c, silent ? 1 : 0);
  const known = at < letters.length && c !== byte(":");
  const takes = known && at + 1 < letters.length && letters[at + 1] === byte(":");
  let found = option;
  ignore(unsetVariable("OPTARG"), "it is not read-only, or stays");
  if (!known) {
    found = "?";
    if (silent) note("OPTARG", option);
    else wrong("Illegal option -", "", option);
  } else if (takes) {
    if (place.inside < word.length) note("OPTARG", word.sub(place.inside, word.length));
    else {
      index++;
      if (index <= arguments_.length) note("OPTARG", arguments_[index - 1]);
      else {
        found = silent ? ":" : "?";
        if (silent) note("OPTARG", option);
        else wrong("No arg for option -", "", option);
      }
    }
    place.inside = word.length;
  }
  if (place.inside >= word.length) {
    place.inside = 0;
    index++;
  }
  place.index = index;
  noteNumber("OPTIND", index > arguments_.length + 1 ? arguments_.length + 1 : index);
  return assignRead(words[2], found) ? 0 : 2;
}

function optionsEnd(name: string, index: u64): i32 {
  optionPlace.inside = 0;
  optionPlace.index = index;
  noteNumber("OPTIND", index);
  ignore(unsetVariable("OPTARG"), "it is not read-only, or stays");
  return assignRead(name, "?") ? 1 : 2;
}
