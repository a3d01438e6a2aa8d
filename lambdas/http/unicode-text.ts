import { z } from '@hono/zod-openapi';

/** A text of a request that will be stored: DynamoDB refuses a lone surrogate. */
export const unicodeText = () => z.string().refine((text) => text.isWellFormed(), 'must be Unicode text');
