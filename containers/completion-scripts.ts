/** What the shells are told. Each script has this program's own command in it, so that it works wherever it was started. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { print } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { takeWords } from "../images/commands/words.ts";
import { FILES } from "./completion.ts";

export function completion(words: readonly string[]): number {
  const [shell = ""] = takeWords("completion", words, "bash|zsh|fish", { min: 1, max: 1, what: "shell" });
  const script = new Map(Object.entries(SCRIPTS)).get(shell);
  if (!script)
    throw new UserError(`completion ${shell}: no script for that shell`, { hint: "bash, zsh or fish" });
  print(1, script(ourselves().map(quoted).join(" ")));
  return 0;
}

/** TypeScript needs its loader, which is named by its path: the user may be in any directory. */
function ourselves(): string[] {
  const script = path.resolve(process.argv[1] ?? "");
  const loader = path.join(import.meta.dirname, "../node_modules/tsx/dist/loader.mjs");
  return [
    process.execPath,
    ...(script.endsWith(".ts") ? ["--import", pathToFileURL(loader).href] : []),
    script,
  ];
}

/** As all three of them read it. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** bash breaks words at ":" and "=", and replaces only what is behind them. */
const bash = (command: string): string => `
type ft-docker >/dev/null 2>&1 || ft-docker() { ${command} "$@"; }
_ft_docker() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current prefix candidate
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current="\${words[-1]}"
  prefix="\${current%"\${current##*[=:]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    if [[ $candidate == ${FILES} ]]; then
      compopt -o filenames
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "\${current##*=}")
    else
      [[ $candidate == *: ]] && compopt -o nospace
      COMPREPLY+=("\${candidate#"$prefix"}")
    fi
  done < <(${command} __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _ft_docker ft-docker`;

const zsh = (command: string): string => `
whence ft-docker >/dev/null || ft-docker() { ${command} "$@" }
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -D }
_ft_docker() {
  local -a described places
  local candidate help
  while IFS=$'\\t' read -r candidate help; do
    if [[ $candidate == ${FILES} ]]; then
      _files
    elif [[ $candidate == *: ]]; then
      places+=("$candidate")
    else
      described+=("\${candidate//:/\\\\:}\${help:+:$help}")
    fi
  done < <(${command} __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#places )) && compadd -S '' -a places
  (( $#described )) && _describe ft-docker described
}
compdef _ft_docker ft-docker`;

const fish = (command: string): string => `
type -q ft-docker; or function ft-docker; ${command} $argv; end
function __ft_docker_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (${command} __complete -- $words[2..] 2>/dev/null)
        if test "$line" = ${FILES}
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c ft-docker -f -a '(__ft_docker_complete)'`;

const SCRIPTS = { bash, zsh, fish };
