/** Lists that people type into one field. Pure. */

/** Values separated by spaces, commas or line breaks; each only once. */
export const readList = (text: string): readonly string[] => [
  ...new Set(text.split(/[\s,、，]+/).filter((item) => item !== '')),
];

/** One `KEY=VALUE` on each line; values may contain spaces and commas. `undefined` if a line is not one, or a key is repeated. */
export const readLabels = (text: string): Readonly<Record<string, string>> | undefined => {
  const lines = text.split('\n').map((line) => line.trim());
  const pairs = lines
    .filter((line) => line !== '')
    .map((line) => /^([A-Za-z0-9][A-Za-z0-9._/-]{0,62})\s*=\s*(.{1,256})$/.exec(line)?.slice(1, 3));
  const labels = new Map<string, string>();
  for (const [key, value] of pairs.map((pair) => pair ?? [])) {
    if (key === undefined || value === undefined || labels.has(key)) return undefined;
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
};

/** The text that `readLabels` reads. */
export const writeLabels = (labels: Readonly<Record<string, string>> = {}): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
