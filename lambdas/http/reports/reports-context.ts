/** The common parts of the routes on notifications, jobs and images. */
import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { GroupsStore } from '../../groups/groups-store.ts';
import type { JournalStore } from '../../notifications/journal-store.ts';
import type { QuarantineStore } from '../../notifications/quarantine-store.ts';
import type { Clock } from '../../platform/clock.ts';
import type { DeepReadonly } from '../../platform/deep-readonly.ts';
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

/** What conforms to a schema. Compared by the compiler, so that no type need be written beside the schema. */
export type Shown<S extends z.ZodType> = DeepReadonly<z.input<S>>;

/** The types of Hono do not allow NetBackup's own fields (I-11), so the response is checked here. */
export const show = <S extends z.ZodType = never>(request: Context, value: Shown<S>): never =>
  request.json(value as object, 200) as never;
