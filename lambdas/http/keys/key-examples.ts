/** What the documentation of the API shows of keys. */
import type { z } from '@hono/zod-openapi';
import type { keyRequestSchema, keySchema } from './key-view.ts';

const rights = {
  scopes: ['read' as const],
  groups: ['berlin'],
  addresses: ['203.0.113.0/24'],
  description: 'Dashboard of the night shift',
};

export const KEY_REQUEST: z.input<typeof keyRequestSchema> = { ...rights, validDays: 90 };

export const KEY: z.input<typeof keySchema> = {
  keyId: 'hfwdksnpfdqxnacm',
  ...rights,
  createdAt: '2026-11-02T08:00:00.000Z',
  createdBy: 'x7q2v5k8m3bd9tza',
  expiresAt: '2027-01-31T08:00:00.000Z',
  lastUsedAt: '2026-11-26T06:00:00.000Z',
};
