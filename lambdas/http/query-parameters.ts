/** Query parameters that several routes use. */
import { z } from '@hono/zod-openapi';
import { type Label, MAX_LABELS, parseLabel } from '../groups/labels.ts';

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/** Epoch seconds; undefined for an invalid time, and for one without an offset, which would be ambiguous. */
const readTime = (text: string): number | undefined => {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  // In a query `+` is decoded as a blank.
  const iso = text.replace(' ', '+');
  const ms = ISO.test(iso) ? Date.parse(iso) : Number.NaN;
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
      const texts = [given].flat().flatMap((text) => text.split(',').flatMap((part) => part.trim() || []));
      const values = texts.flatMap((text) => read(text) ?? []);
      if (values.length > 0 && values.length === texts.length && values.length <= MAX_VALUES) return values;
      context.issues.push({ code: 'custom', message: `must be ${wanted}`, input: given });
      return z.NEVER;
    })
    .optional()
    .openapi({ type: 'string', description: `${description} Several with commas in between.` });

export const textsParameter = (description: string) =>
  listParameter((text) => text, `1 to ${MAX_VALUES} texts`, description);
export const enumParameter = <const T extends string>(values: readonly T[], description: string) =>
  listParameter(
    (text) => values.find((value) => value === text),
    `of ${values.join(', ')}`,
    `${description} ${values.join(', ')}.`,
  );
export const numbersParameter = (description: string) =>
  listParameter(
    (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
    `1 to ${MAX_VALUES} whole numbers`,
    description,
  );
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
    type: 'string',
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
