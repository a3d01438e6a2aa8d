/** Whether a text matches a pattern, in any letter case: `*` stands for any text. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const [first = '', ...parts] = pattern.toLowerCase().split('*');
  const name = text.toLowerCase();
  if (parts.length === 0) return name === first;
  const last = parts.pop() ?? '';
  if (!name.startsWith(first)) return false;
  let position = first.length;
  for (const part of parts) {
    const found = name.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return name.length - last.length >= position && name.endsWith(last);
};
