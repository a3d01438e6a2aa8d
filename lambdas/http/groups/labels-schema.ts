import { z } from '@hono/zod-openapi';
import { isLabelKey, isLabelValue, MAX_LABEL_VALUE, MAX_LABELS } from '../../groups/labels.ts';

/** Labels in the body of a request. */
export const labelsSchema = z
  .record(
    z.string().refine(isLabelKey, 'must be 1 to 63 of A-Z a-z 0-9 . _ / -, and begin with a letter or digit'),
    z.string().refine(isLabelValue, `must be 1 to ${MAX_LABEL_VALUE} characters without surrounding blanks`),
  )
  .refine((given) => Object.keys(given).length <= MAX_LABELS, `must be ${MAX_LABELS} labels at most`);
