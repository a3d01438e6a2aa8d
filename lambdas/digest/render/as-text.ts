/** A digest as plain text. Pure. */
import type { Document, Section } from './document.ts';

const sectionText = ({ title, columns, rows, more }: Section): string[] => {
  const named = (cells: readonly string[]) =>
    cells.flatMap((cell, index) => (cell === '' ? [] : `${columns[index]}: ${cell}`)).join(' | ');
  return [title, ...rows.map((cells) => `- ${named(cells)}`), ...(more ? [`- ${more}`] : []), ''];
};

export const asText = ({ subject, period, notes, sections, footer }: Document): string =>
  [
    subject,
    period,
    '',
    ...(notes.length > 0 ? [...notes, ''] : []),
    ...sections.flatMap(sectionText),
    footer,
    '',
  ].join('\n');
