/** A list as JSON, NDJSON or CSV, by `Accept`; the next page by `Link` (RFC 8288). */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';

/** NDJSON has no registered type; these two are in use. */
const NDJSON = ['application/x-ndjson', 'application/ndjson'];
const TYPES = ['application/json', ...NDJSON, 'text/csv'];

export type Row = Readonly<Record<string, unknown>>;
export interface List {
  readonly items: readonly Row[];
  readonly cursor?: string;
  /** Of a list that always has a cursor: whether more is available now. */
  readonly more?: boolean;
}

/**
 * What a spreadsheet may evaluate as a formula: https://owasp.org/www-community/attacks/CSV_Injection. Spreadsheets trim spaces
 * and quotes, drop invisible characters, and treat the wide and small forms of a sign like the sign itself.
 */
const FORMULA = /^[\s"'\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]*[=+\-@＝＋－＠﹦﹢﹣﹫−]/u;

/**
 * With an apostrophe, which spreadsheets do not evaluate, before what looks like a formula. Where lists are separated by semicolons,
 * a spreadsheet splits our cells there, and at tabs and line breaks, although they are quoted: so each part is inert.
 */
const neutralized = (text: string): string => {
  const parts = text.split(/([;\t\r\n])/);
  const harmless = parts.map((part) => (FORMULA.test(part) ? `'${part}` : part)).join('');
  return /^[\t\r\n]/.test(harmless) ? `'${harmless}` : harmless;
};

const neutralizedMember = (_: string, member: unknown): unknown => {
  if (typeof member === 'string') return neutralized(member);
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).map(([name, value]) => [neutralized(name), value]));
};

/** JSON in a cell. Its names and strings are inert too: a spreadsheet can split a cell at its commas. */
const neutralizedJson = (value: unknown): string => JSON.stringify(value, neutralizedMember);

/** A cell of RFC 4180. Text that looks like a formula gets a leading apostrophe. */
export const cell = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? neutralized(value) : neutralizedJson(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Fixed columns, so that pages can be joined; the last one has NetBackup's other fields as JSON (I-11). */
export const csv = (columns: readonly string[], items: readonly Row[]): string => {
  const line = (cells: readonly unknown[]) => `${cells.map(cell).join(',')}\r\n`;
  const rows = items.map((item) => {
    const others = Object.entries(item).filter(([name]) => !columns.includes(name));
    return line([
      ...columns.map((name) => item[name]),
      others.length > 0 ? Object.fromEntries(others) : undefined,
    ]);
  });
  return line([...columns, 'other']) + rows.join('');
};

const ndjson = (items: readonly Row[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');

/** The same request with another cursor, at the configured address, never at the request's Host. */
const linkTo = (apiUrl: string, context: Context, cursor: string): string => {
  const url = new URL(context.req.url);
  url.searchParams.delete('after');
  url.searchParams.set('cursor', cursor);
  return `<${apiUrl}${url.pathname}${url.search}>; rel="next"`;
};

/** Typed `never`, since the types of a route's responses cover JSON only. @param columns of the CSV */
export const respondWithList = (
  context: Context,
  apiUrl: string,
  columns: readonly string[],
  list: List,
): never => responseOf(context, apiUrl, columns, list) as never;

const responseOf = (context: Context, apiUrl: string, columns: readonly string[], list: List): Response => {
  const type = accepts(context, { header: 'Accept', supports: TYPES, default: 'application/json' });
  context.header('vary', 'accept');
  if (list.cursor !== undefined && list.more !== false)
    context.header('link', linkTo(apiUrl, context, list.cursor));
  if (NDJSON.includes(type)) {
    return context.body(ndjson(list.items), 200, { 'content-type': type });
  }
  if (type === 'text/csv')
    return context.body(csv(columns, list.items), 200, { 'content-type': 'text/csv; charset=utf-8' });
  return context.json(list, 200);
};

/** The contents of a list's response in the OpenAPI document. @param columns of the CSV */
export const listContents = <T extends z.ZodType<{ readonly items: readonly Row[] }>>(
  schema: T,
  columns: readonly string[],
  example: z.input<T> & { readonly items: readonly Row[] },
) => ({
  'application/json': { schema, example },
  'application/x-ndjson': { schema: z.string(), example: ndjson(example.items) },
  'text/csv': { schema: z.string(), example: csv(columns, example.items) },
});
