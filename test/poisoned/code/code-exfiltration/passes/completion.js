export const script =
  '###-begin-{{app}}-completions-###\n#\n# completion script of this command\n#\n# To install it: {{app}} completion >> ~/.bashrc\n#    or, where another shell starts with a profile of its own, put these lines at its end.\n#\n_{{app}}_completions() { COMPREPLY=(); }\ncomplete -F _{{app}}_completions {{app}}\n###-end-{{app}}-completions-###';
