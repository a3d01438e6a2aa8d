import { z } from '@hono/zod-openapi';

/** A text of a request that is stored: DynamoDB refuses a lone surrogate. */
export const storedText = () => z.string().refine((text) => text.isWellFormed(), 'must be Unicode text');
