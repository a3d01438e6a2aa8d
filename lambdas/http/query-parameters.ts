/** Query parameters that several routes use. They are read strictly: a value in another form is most likely a mistake. */
import { z } from '@hono/zod-openapi';
import { type Label, MAX_LABELS, parseLabel } from '../groups/labels.ts';
import { isoTime } from '../platform/clock.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';

/** Only digits, without leading zeros; undefined for anything else, such as `0x10`, `1e2`, ` 5` and `+5`. */
const readWhole = (text: string, maxDigits: number): number | undefined =>
  /^(0|[1-9]\d*)$/.test(text) && text.length <= maxDigits ? Number(text) : undefined;

/** A whole number in a query. */
export const wholeNumberParameter = (min: number, max: number, byDefault: number, description?: string) =>
  z
    .string()
    .transform((text, context) => {
      const value = readWhole(text, String(max).length);
      if (value !== undefined && value >= min && value <= max) return value;
      context.issues.push({
        code: 'custom',
        message: `must be a whole number from ${min} to ${max}`,
        input: text,
      });
      return z.NEVER;
    })
    .default(byDefault)
    .openapi({
      type: 'integer',
      minimum: min,
      maximum: max,
      default: byDefault,
      ...omitUndefined({ description }),
    });

/** The maximum number of items on a page. */
export const limitParameter = (max: number, byDefault: number) => wholeNumberParameter(1, max, byDefault);

const ISO =
  /^(\d{4}-\d{2}-\d{2})(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d))?$/;

/** Whether a month has this day: Date.parse reads 30 February as 2 March. */
const isDay = (day: string): boolean => {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && isoTime(ms).startsWith(day);
};

/** Epoch seconds; undefined for an invalid time, and for one without an offset, which would be ambiguous. */
const readTime = (text: string): number | undefined => {
  const epoch = readWhole(text, 12);
  if (epoch !== undefined) return epoch;
  // In a query `+` is decoded as a space.
  const iso = text.replace(' ', '+');
  const day = ISO.exec(iso)?.[1];
  const ms = day !== undefined && isDay(day) ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms / 1000;
};

/** A time in a query: epoch seconds, an ISO 8601 date (its beginning in UTC), or date and time with `Z` or an offset. */
export const timeParameter = (description: string) =>
  z
    .string()
    .transform((text, context) => {
      const time = readTime(text);
      if (time !== undefined) return time;
      context.issues.push({
        code: 'custom',
        message: 'must be ISO 8601 with Z or an offset, a date, or epoch seconds',
        input: text,
      });
      return z.NEVER;
    })
    .optional()
    .openapi({ type: 'string', description, example: '2026-11-25T00:00:00Z' });

const MAX_VALUES = 50;

/** Several values of which one must match: separated by commas, or the parameter repeated. */
const listParameter = <T>(read: (text: string) => T | undefined, wanted: string, description: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given, context) => {
      const texts = [given].flat().flatMap((text) => text.split(','));
      const values = texts.flatMap((text) => read(text) ?? []);
      if (values.length === texts.length && values.length <= MAX_VALUES) return values;
      context.issues.push({ code: 'custom', message: `must be ${wanted}`, input: given });
      return z.NEVER;
    })
    .optional()
    .openapi({ type: 'string', description: `${description} Several with commas in between.` });

export const textsParameter = (description: string) =>
  listParameter(
    (text) => (text !== '' && text === text.trim() ? text : undefined),
    `1 to ${MAX_VALUES} texts without blanks around them`,
    description,
  );
export const enumParameter = <const T extends string>(values: readonly T[], description: string) =>
  listParameter(
    (text) => values.find((value) => value === text),
    `of ${values.join(', ')}`,
    `${description} ${values.join(', ')}.`,
  );
export const numbersParameter = (description: string) =>
  listParameter((text) => readWhole(text, 9), `1 to ${MAX_VALUES} whole numbers`, description);
export const nameParameter = (description: string) => z.string().min(1).optional().openapi({ description });

/** `label=customer=acme`, repeated for several. A value may contain commas. */
export const labelParameter = z
  .union([z.string(), z.array(z.string())])
  .transform((given, context): readonly Label[] => {
    const texts = [given].flat();
    const labels = texts.flatMap((text) => {
      const label = parseLabel(text);
      return label ? [label] : [];
    });
    if (labels.length === texts.length && labels.length <= MAX_LABELS) return labels;
    context.issues.push({
      code: 'custom',
      message: `must be key=value, ${MAX_LABELS} labels at most`,
      input: given,
    });
    return z.NEVER;
  })
  .optional()
  .openapi({
    type: ['string', 'array'],
    items: { type: 'string' },
    description: 'Groups with this label. Repeat the parameter for groups with several labels.',
    example: 'customer=acme',
  });

export const orderParameter = z
  .enum(['asc', 'desc'])
  .default('desc')
  .openapi({ description: 'By time: the latest first (desc) or the oldest first (asc).' });

/** Whether a range is not empty: an empty one is most likely a mistake. */
export const isRange = (from: number | undefined, to: number | undefined): boolean =>
  from === undefined || to === undefined || from < to;
