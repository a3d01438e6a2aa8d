/** The rows of the first table below a heading of a document, each as its cells; without its head. */
export const tableBelow = (text: string, heading: string): string[][] => {
  const [, below = ''] = text.split(`\n${heading}\n`);
  const lines = below.split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const rest = lines.slice(first);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(2, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};
