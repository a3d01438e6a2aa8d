import { z } from '@hono/zod-openapi';
import { isoTime, milliseconds } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { keySchema } from '../keys/key-view.ts';
import type { Principal } from '../rights.ts';
import type { Session } from './sessions-store.ts';

export const sessionIdSchema = z
  .string()
  .regex(/^[0-9a-z]{32}$/, 'must be the id of a session')
  .openapi({ example: '3f0c9a7b51d2e846hfwdksnpfdqxnacm' });
export const sessionParams = z.object({ sessionId: sessionIdSchema });

export const signInSchema = z
  .strictObject({ apiKey: z.string().min(1).max(200).openapi({ description: 'An API key.' }) })
  .openapi('SignIn');

const common = {
  sessionId: z.string(),
  keyId: z.string().openapi({ description: 'The id of the API key, or `oidc:` and the name of the person.' }),
  name: z.string().openapi({
    description: 'The name of the person; for an API key its description, or its id if it has none.',
  }),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
};

export const sessionSchema = z
  .object({
    ...common,
    scopes: keySchema.shape.scopes,
    groups: keySchema.shape.groups,
    labels: keySchema.shape.labels,
  })
  .openapi('Session');

export const listedSessionSchema = z
  .object({
    ...common,
    sourceIp: z.string().optional().openapi({ description: 'Where it began.' }),
    userAgent: z.string().optional().openapi({ description: 'The browser in which the session began.' }),
    isCurrent: z.boolean().openapi({ description: 'Whether it is the session of this request.' }),
  })
  .openapi('ListedSession');

const commonView = ({ keyId, owner, name, createdAt, expiresAt }: Session) => ({
  sessionId: keyId,
  keyId: owner,
  name,
  createdAt: isoTime(createdAt),
  expiresAt: isoTime(milliseconds(expiresAt)),
});

export const sessionView = (
  session: Session,
  { scopes, groups, labels }: Principal,
): z.infer<typeof sessionSchema> => ({
  ...commonView(session),
  scopes: [...scopes],
  groups: [...groups],
  ...omitUndefined({ labels: labels && { ...labels } }),
});

export const listedSessionView = (
  session: Session,
  current: string | undefined,
): z.infer<typeof listedSessionSchema> => ({
  ...commonView(session),
  ...omitUndefined({ sourceIp: session.sourceIp, userAgent: session.userAgent }),
  isCurrent: session.keyId === current,
});

const EXAMPLE = {
  sessionId: '3f0c9a7b51d2e846hfwdksnpfdqxnacm',
  keyId: 'oidc:alice@example.com',
  name: 'alice@example.com',
  createdAt: '2026-11-26T06:41:07.000Z',
  expiresAt: '2026-11-26T14:41:07.000Z',
};

export const SESSION: z.input<typeof sessionSchema> = {
  ...EXAMPLE,
  scopes: ['inject'],
  groups: [],
  labels: { customer: 'acme' },
};

export const LISTED_SESSION: z.input<typeof listedSessionSchema> = {
  ...EXAMPLE,
  sourceIp: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  isCurrent: true,
};
