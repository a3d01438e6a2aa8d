import type { RouteConfig } from '@hono/zod-openapi';

/** The parts of the API, in the order of its documentation. */
export const TAGS = {
  Groups: 'A group is a NetBackup domain: its connection and its settings.',
  Endpoints: 'What NetBackup is given to connect with: endpoint details, tokens and invitations.',
  Problems: 'What is wrong, since when, and who knows it.',
  Summary: 'What an operator looks at each morning.',
  Jobs: "Jobs as NetBackup's notifications report them.",
  Images: "Backup images as NetBackup's notifications report them.",
  Notifications: 'The notifications themselves, and those that cannot be interpreted.',
  Commands: "Calls of NetBackup's REST API that wait until the domain is connected.",
  'NetBackup API': "NetBackup's REST API over HTTPS, as if the primary server could be reached.",
  Keys: 'Who may use this API, and who changed what.',
} as const;

/** A route that the OpenAPI document describes. Clients are generated from it: an `operationId` is as stable as a path. */
export type Operation = RouteConfig & {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly [keyof typeof TAGS];
};
