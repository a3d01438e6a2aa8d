/** A digest as HTML for mail programs: tables, without images, scripts and colours of its own. Pure. */
import type { Document, Section } from './document.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** Mail programs drop style sheets, but keep these attributes. */
const TABLE = '<table border="1" cellspacing="0" cellpadding="4" style="border-collapse:collapse">';

const row = (tag: 'th' | 'td', cells: readonly string[]): string => {
  const attributes = tag === 'th' ? ' align="left"' : ' valign="top"';
  return `<tr>${cells.map((cell) => `<${tag}${attributes}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
};

const sectionHtml = ({ title, columns, rows, more }: Section): string[] => [
  `<h2>${escaped(title)}</h2>`,
  TABLE,
  row('th', columns),
  ...rows.map((cells) => row('td', cells)),
  '</table>',
  ...(more ? [`<p>${escaped(more)}</p>`] : []),
];

export const asHtml = ({ language, subject, period, notes, sections, footer }: Document): string =>
  [
    '<!doctype html>',
    `<html lang="${language}">`,
    // Without it, mail programs in dark mode replace colours by guesses of their own.
    `<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>`,
    '<body style="font-family:sans-serif">',
    `<h1>${escaped(subject)}</h1>`,
    `<p>${escaped(period)}</p>`,
    ...notes.map((note) => `<p><strong>${escaped(note)}</strong></p>`),
    ...sections.flatMap(sectionHtml),
    `<p>${escaped(footer)}</p>`,
    '</body></html>',
    '',
  ].join('\n');
