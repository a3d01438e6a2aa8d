import { z } from '@hono/zod-openapi';

/** A text of a request that is stored: DynamoDB refuses a lone surrogate. */
export const unicodeText = () => z.string().refine((text) => text.isWellFormed(), 'must be Unicode text');
