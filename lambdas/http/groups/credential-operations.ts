/** The operations of a group's NetBackup API key, for the routes of the function `command` and for the OpenAPI document. */
import { z } from '@hono/zod-openapi';
import { containsApiKey } from '../../platform/ids.ts';
import { groupParams } from '../app.ts';
import { described, type Operation } from '../operation.ts';
import { jsonBody, jsonContent } from '../route.ts';

const credentialSchema = z
  .strictObject({
    apiKey: z
      .string()
      .regex(/^[!-~]{1,4096}$/, 'must be 1 to 4096 printable ASCII characters without blanks')
      .refine((text) => !containsApiKey(text), 'must be an API key of NetBackup, not of this endpoint'),
  })
  .openapi('NetBackupCredential');

export const setCredentialOperation = {
  method: 'put',
  path: '/v1/groups/{groupId}/netbackup-credential',
  operationId: 'setNetBackupCredential',
  tags: ['NetBackup API'],
  summary: 'Store the API key of NetBackup for a group',
  errors: [],
  request: {
    params: groupParams,
    body: jsonBody(credentialSchema, { apiKey: 'EXAMPLE' }),
  },
  responses: { 204: { description: 'Stored, encrypted. It is never shown.' } },
} as const satisfies Operation;

const storedCredentialSchema = z
  .object({
    stored: z.literal(true),
    storedAt: z.iso.datetime().optional(),
    storedBy: z.string().optional().openapi({ description: 'The id of the API key that stored it.' }),
  })
  .openapi('StoredNetBackupCredential', {
    description:
      '`storedAt` and `storedBy` are missing if it was stored by a version that did not record them.',
  });

export const showCredentialOperation = {
  method: 'get',
  path: '/v1/groups/{groupId}/netbackup-credential',
  operationId: 'getNetBackupCredential',
  tags: ['NetBackup API'],
  summary: 'Whether an API key of NetBackup is stored',
  errors: ['404 no-netbackup-credential'],
  request: { params: groupParams },
  responses: {
    200: {
      description:
        'A NetBackup API key is stored; it is never shown. 404 no-netbackup-credential if none is stored.',
      content: jsonContent(storedCredentialSchema, {
        stored: true,
        storedAt: '2026-11-02T08:00:00.000Z',
        storedBy: 'x7q2v5k8m3bd9tza',
      }),
    },
  },
} as const satisfies Operation;

export const deleteCredentialOperation = {
  method: 'delete',
  path: '/v1/groups/{groupId}/netbackup-credential',
  operationId: 'deleteNetBackupCredential',
  tags: ['NetBackup API'],
  summary: 'Delete the API key of NetBackup',
  errors: [],
  request: { params: groupParams },
  responses: { 204: { description: 'Deleted.' } },
} as const satisfies Operation;

/** For the document: each with its scope. */
export const CREDENTIAL_OPERATIONS = [
  described('admin', setCredentialOperation),
  described('admin', showCredentialOperation),
  described('admin', deleteCredentialOperation),
];
