const compiled = new Map<string, RegExp>();

/** A pattern with IAM's wildcards: `*` for any characters, `?` for exactly one. */
export function wildcard(pattern: string, flags = ''): RegExp {
  const key = `${flags}/${pattern}`;
  let expression = compiled.get(key);
  if (!expression) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, `s${flags}`);
    compiled.set(key, expression);
  }
  return expression;
}
