/** The HTTP apps over tables in memory: a request in, an answer out, no socket. */

import { ConnectionsStore } from '../../lambdas/connections/connections-store.ts';
import { CertificateStore } from '../../lambdas/endpoints/certificate/certificate-store.ts';
import { EndpointsStore } from '../../lambdas/endpoints/endpoints-store.ts';
import type { WebSocketUrls } from '../../lambdas/endpoints/web-socket-urls.ts';
import { GroupsStore } from '../../lambdas/groups/groups-store.ts';
import { createApp } from '../../lambdas/http/app.ts';
import { AuditStore } from '../../lambdas/http/audit/audit-store.ts';
import { createKey, KeysStore } from '../../lambdas/http/keys-store.ts';
import { createRejections } from '../../lambdas/http/rejections.ts';
import type { Scope } from '../../lambdas/http/rights.ts';
import { SessionsStore } from '../../lambdas/http/sessions/sessions-store.ts';
import { JournalStore } from '../../lambdas/notifications/journal-store.ts';
import { QuarantineStore } from '../../lambdas/notifications/quarantine-store.ts';
import { MuteRulesStore } from '../../lambdas/problems/mute-rules-store.ts';
import { ProblemsStore } from '../../lambdas/problems/problems-store.ts';
import { BackupsStore } from '../../lambdas/reports/backups/backups-store.ts';
import { IMAGES } from '../../lambdas/reports/images/image.ts';
import { JOBS } from '../../lambdas/reports/jobs/job.ts';
import { OverviewsStore } from '../../lambdas/reports/summary/overviews-store.ts';
import { ViewStore } from '../../lambdas/reports/views/views-store.ts';
import { checkDeclared } from './declared-errors.ts';
import { FakeGateway, fakeBus, fakeClock, fakeLog } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';
import { projectionOn, VIEW_TABLES } from './notifications.ts';
import { PROBLEMS_TABLE } from './problems.ts';

export const apiWorld = (now?: number) => {
  const dynamodb = new MemoryDynamodb({
    ...VIEW_TABLES,
    keys: { key: ['keyId'], indexes: { all: ['kind', 'keyId'] } },
    audit: { key: ['month', 'entry'], indexes: { 'by-group': ['groupId', 'entry'] } },
    overviews: { key: ['groupId', 'hours'] },
    groups: { key: ['groupId'], indexes: { all: ['kind', 'groupId'] } },
    endpoints: { key: ['endpointId'], indexes: { 'by-group': ['groupId', 'endpointId'] } },
    journal: { key: ['groupDay', 'entry'], indexes: { feed: ['groupId', 'arrival'] } },
    connections: { key: ['connectionId'] },
    problems: PROBLEMS_TABLE,
  });
  const clock = fakeClock(now);
  const log = fakeLog();
  const { client } = dynamodb;
  const certificates = new CertificateStore(client, 'endpoints');
  const rejections = createRejections(log, clock);
  const keysStore = new KeysStore(client, 'keys', clock);
  const sessionsStore = new SessionsStore(client, 'keys', { keys: keysStore, issuer: undefined }, clock);
  const context = {
    keysStore,
    keys: keysStore,
    sessions: sessionsStore,
    sessionsStore,
    signIn: undefined,
    audit: new AuditStore(client, 'audit', 400, clock),
    rejections,
    groups: new GroupsStore(client, 'groups'),
    endpoints: new EndpointsStore(client, 'endpoints'),
    connections: new ConnectionsStore(client, 'connections'),
    jobs: new ViewStore(client, 'jobs', JOBS),
    images: new ViewStore(client, 'images', IMAGES),
    backups: new BackupsStore(client, 'backups'),
    overviews: new OverviewsStore(client, 'overviews', clock),
    waitForOverview: async (_: number): Promise<void> => {},
    journal: new JournalStore(client, 'journal'),
    quarantine: new QuarantineStore(client, 'quarantine'),
    problems: new ProblemsStore(client, 'problems', clock),
    muteRules: new MuteRulesStore(client, 'problems', clock),
    projection: projectionOn(client, log, fakeBus()),
    gateway: new FakeGateway(),
    feedDelayMs: 5_000,
    verdicts: [],
    targetSettings: {},
    namesOfData: async () => [],
    webSocketUrls: { 'api-gateway': 'wss://host.example.com/nbwss' } as WebSocketUrls,
    certificateOf: (hostName: string) => certificates.get(hostName),
    apiUrl: 'https://api.example.com',
    clock,
    log,
  };
  const app = createApp(log, rejections);
  /** A stored key with this scope for these groups. */
  const keyFor = (scope: Scope, ...groups: string[]): string => {
    const { key, stored } = createKey({ scopes: [scope], groups }, 0);
    dynamodb.set('keys', stored);
    return key;
  };
  const request = async (path: string, key?: string, init: { method?: string; body?: unknown } = {}) => {
    const asked = {
      method: init.method ?? 'GET',
      headers: { ...(key ? { 'x-api-key': key } : {}), 'content-type': 'application/json' },
      ...(init.body === undefined
        ? {}
        : { body: typeof init.body === 'string' ? init.body : JSON.stringify(init.body) }),
    };
    const response = await app.request(path, asked, {});
    const text = await response.text();
    const body = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
    checkDeclared(asked.method, path, response.status, body);
    return { status: response.status, headers: response.headers, body };
  };
  const group = (groupId: string, more: object = {}) =>
    dynamodb.set('groups', { groupId, kind: 'group', createdAt: 0, epoch: 0, ...more });
  return { app, context, dynamodb, clock, log, keyFor, request, group };
};
