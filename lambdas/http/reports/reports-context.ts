/** The common parts of the routes on notifications, jobs and images. */
import type { Context } from 'hono';
import type { GroupsStore } from '../../groups/groups-store.ts';
import type { JournalStore } from '../../notifications/journal-store.ts';
import type { QuarantineStore } from '../../notifications/quarantine-store.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ApplyContext } from '../../reports/apply-notifications.ts';
import type { BackupsStore } from '../../reports/backups/backups-store.ts';
import type { RulesContext } from '../../reports/verdicts/rules.ts';
import type { ViewStore } from '../../reports/views/views-store.ts';
import type { RouteContext } from '../route.ts';

export interface ReportsContext extends RulesContext, RouteContext {
  readonly groups: GroupsStore;
  readonly jobs: ViewStore;
  readonly images: ViewStore;
  readonly backups: BackupsStore;
  readonly journal: JournalStore;
  readonly quarantine: QuarantineStore;
  /** Only for the replay of quarantined notifications. */
  readonly projection: ApplyContext;
  /** How long a notification usually takes from its arrival to the feed: younger notifications are held back. */
  readonly feedDelayMs: number;
  readonly apiUrl: string;
  readonly clock: Clock;
}

/** The limits of one request; a page that reaches one ends there, with a cursor. A Lambda response has up to 6 MB, as JSON in JSON. */
export const bounds = (limit: number) => ({ limit, entries: limit + 500, bytes: 2_000_000 });

/** Responds with NetBackup's own fields too (I-11), so the type cannot be checked against the route's schema. */
export const show = (request: Context, value: object): never => request.json(value, 200) as never;
