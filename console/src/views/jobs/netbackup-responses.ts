/** What NetBackup answers about a job: its attempts with their logs, its files. Whatever it sends is shown. Pure. */
import { memberOf, readJsonText } from '../../../../lambdas/platform/json-text.ts';
import { textOf } from '../../format/values.ts';

export interface LogLine {
  readonly time: string;
  readonly severity: string;
  readonly message: string;
}

export interface Attempt {
  readonly name: string;
  readonly status: string;
  readonly statusText: string;
  readonly begin: string;
  readonly end: string;
  readonly lines: readonly LogLine[];
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** JSON, or undefined. */
const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const itemsOf = (body: string): readonly Fields[] => {
  const { data } = fieldsOf(parsed(body));
  return [data ?? []].flat().map(fieldsOf);
};

/** Of `GET /admin/jobs/{jobId}/try-logs`; empty if the answer has another form. */
export const attemptsOf = (body: string): readonly Attempt[] =>
  itemsOf(body).flatMap(({ attributes }) => {
    const fields = fieldsOf(attributes);
    const { tryLogEntries } = fields;
    if (!Array.isArray(tryLogEntries)) return [];
    return {
      name: textOf(fields['tryNumber']),
      status: textOf(fields['tryStatusCode']),
      statusText: textOf(fields['tryStatusMessage']),
      begin: textOf(fields['tryStartTimestamp']),
      end: textOf(fields['tryEndTimestamp']),
      lines: tryLogEntries.map(fieldsOf).map(({ timestamp, severity, message }) => ({
        time: textOf(timestamp),
        severity: textOf(severity),
        message: textOf(message),
      })),
    };
  });

/** The attributes of one thing, such as a job or an image, in NetBackup's order; values that say nothing are left out. */
export const attributesOf = (body: string): readonly (readonly [name: string, value: string])[] => {
  const data = memberOf(readJsonText(body), 'data');
  const attributes = memberOf(data?.kind === 'array' ? data.items[0] : data, 'attributes');
  if (attributes?.kind !== 'object') return [];
  return attributes.members
    .map(([name, { start, end, kind }]) => {
      const value = body.slice(start, end);
      // A number stays as NetBackup sent it.
      return [name, kind === 'other' && value !== 'null' ? value : textOf(JSON.parse(value))] as const;
    })
    .filter(([, value]) => value !== '' && value !== '[]' && value !== '{}');
};
