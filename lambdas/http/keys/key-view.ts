import { z } from '@hono/zod-openapi';
import { DAY_S, isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { groupIdSchema } from '../app.ts';
import { labelsSchema } from '../groups/labels-schema.ts';
import type { ApiKey } from '../keys-store.ts';
import { SCOPES } from '../rights.ts';
import { unicodeText } from '../unicode-text.ts';

const keyIdSchema = z.string().regex(/^[0-9a-z]{16}$/, 'must be the id of an API key');
export const keyParams = z.object({ keyId: keyIdSchema });

/** The default lifetime: longer than a quarter only when requested. */
const DEFAULT_DAYS = 90;
const MAX_DAYS = 3_650;
/** Longer lists would make each request more expensive, because it reads its key. */
const MAX_GROUPS = 200;
const MAX_RANGES = 50;

const scopes = z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).openapi({
  description:
    '`read` queries. `command` also calls NetBackup with the credential of the caller, `inject` with the NetBackup API key of the group. `admin` does everything, also for keys.',
});
const groups = z.array(z.union([z.literal('*'), groupIdSchema]));
const wantedGroups = groups
  .min(1)
  .max(MAX_GROUPS)
  .optional()
  .openapi({
    description: 'The groups that the key may see; `*`, and nothing without labels, for all.',
    example: ['berlin'],
  });
const labels = labelsSchema.openapi({
  description:
    'Instead of groups: the key may see the groups that have all of these labels at the time of a request.',
  example: { customer: 'acme' },
});
const wantedLabels = labels
  .refine((given) => Object.keys(given).length > 0, 'must be one label or more')
  .optional();
const addresses = z
  .array(z.union([z.cidrv4(), z.cidrv6()], 'must be an IPv4 or IPv6 range such as 10.0.0.0/8'))
  .min(1)
  .max(MAX_RANGES)
  .openapi({ description: 'The addresses from which the key may be used; absent: any.' });
const description = unicodeText()
  .min(1)
  .max(1000)
  .openapi({ description: 'The purpose or user of the key.' });

export const keyRequestSchema = z
  .strictObject({
    scopes,
    groups: wantedGroups,
    labels: wantedLabels,
    addresses: addresses.optional(),
    description: description.optional(),
    validDays: z
      .int()
      .min(1)
      .max(MAX_DAYS)
      .default(DEFAULT_DAYS)
      .openapi({ description: 'Days until the key expires.' }),
  })
  .refine((key) => key.groups === undefined || key.labels === undefined, 'give groups or labels, not both')
  .openapi('KeyRequest');

export const keySchema = z
  .object({
    keyId: z.string(),
    scopes,
    groups: groups.openapi({ description: '`*` for all. Empty with labels.' }),
    labels: labels.optional(),
    addresses: addresses.optional(),
    description: description.optional(),
    createdAt: z.iso.datetime(),
    createdBy: z.string().optional().openapi({
      description:
        'The id of the key, or the person, that created this key; missing if it was created with AWS credentials.',
    }),
    expiresAt: z.iso.datetime().optional().openapi({ description: 'Missing: the key does not expire.' }),
    lastUsedAt: z.iso
      .datetime()
      .optional()
      .openapi({ description: 'To the hour. Missing: the key was not used yet.' }),
  })
  .openapi('Key');

export const createdKeySchema = keySchema
  .extend({
    apiKey: z.string().openapi({ description: 'The text of the key. It is shown only in this response.' }),
  })
  .openapi('CreatedKey');

/** Epoch seconds. @param now epoch ms */
export const expiryOf = (now: number, validDays: number): number =>
  Math.floor(now / 1000) + validDays * DAY_S;

export const keyView = (key: ApiKey): z.infer<typeof keySchema> => {
  const { keyId, scopes, groups, labels, addresses, description } = key;
  const { createdAt, createdBy, expiresAt, lastUsedAt } = key;
  return {
    keyId,
    scopes: [...scopes],
    groups: [...groups],
    createdAt: isoTime(createdAt),
    ...omitUndefined({
      labels: labels && { ...labels },
      addresses: addresses && [...addresses],
      description,
      createdBy,
      expiresAt: expiresAt === undefined ? undefined : isoTime(expiresAt * 1000),
      lastUsedAt: lastUsedAt === undefined ? undefined : isoTime(lastUsedAt),
    }),
  };
};
