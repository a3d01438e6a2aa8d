import type { Activity } from '../gateway/activity.ts';
import type { Clock } from '../gateway/clock.ts';
import type { LambdaService, Log } from '../gateway/types.ts';
import type { Resolver } from './assembly/intrinsics.ts';
import type { CloudModel } from './assembly/model.ts';
import type { Secrets } from './assembly/secrets.ts';
import type { Store } from './dynamodb/store.ts';
import type { Iam } from './front-door/iam.ts';
import type { MetricStore } from './metrics/store.ts';

/** The context that the services of the local cloud share. */
export interface ServiceContext {
  readonly resolver: Resolver;
  readonly model: CloudModel;
  readonly iam: Iam;
  readonly store: Store;
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly metrics: MetricStore;
  readonly log: Log;
  readonly secrets: Secrets;
  /** PEM certificates that receivers of events may use, besides the usual ones. */
  readonly trusted: string;
  /** How many shards each stream has. */
  readonly shards: number;
}
