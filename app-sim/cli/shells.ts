export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

/** Each asks `lampkeeper complete -- WORDS`, which answers one word per line. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for lampkeeper: source <(lampkeeper completion bash)
_lampkeeper() {
  local IFS=$'\\n' found
  found=$(lampkeeper complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  local each
  for each in $found; do COMPREPLY+=("$(printf '%q' "$each")"); done
}
complete -o default -F _lampkeeper lampkeeper
`,
  zsh: `#compdef lampkeeper
# zsh completion for lampkeeper: lampkeeper completion zsh > "\${fpath[1]}/_lampkeeper"
_lampkeeper() {
  local -a found
  found=("\${(@f)$(lampkeeper complete -- "\${words[@]:1:$((CURRENT-1))}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _lampkeeper lampkeeper
`,
  fish: `# fish completion for lampkeeper: lampkeeper completion fish | source
complete -c lampkeeper -a '(lampkeeper complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
  powershell: `# PowerShell completion for lampkeeper: lampkeeper completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName lampkeeper -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $words += '' }
  lampkeeper complete -- $words 2>$null | ForEach-Object {
    $text = if ($_ -match '\\s') { "'$_'" } else { $_ }
    [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
  }
}
`,
};
