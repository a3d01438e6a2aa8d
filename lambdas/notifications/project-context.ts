/** What projecting needs, from a function's environment. */
import { eventBridge } from '../platform/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import type { Log } from '../platform/logger.ts';
import type { ProjectContext } from './projector.ts';
import { QuarantineStore } from './quarantine.ts';
import { BackupsStore } from './summary/backups-store.ts';
import { UtcOffsetStore } from './utc-offset/utc-offset-store.ts';
import { IMAGES } from './views/image.ts';
import { JOBS } from './views/job.ts';
import { ViewStore } from './views/views-store.ts';

/** @throws Error naming the variable that is missing. */
export const projectContext = (log: Log): ProjectContext => {
  const client = dynamodbClient();
  return {
    jobs: new ViewStore(client, required('JOBS_TABLE'), JOBS),
    images: new ViewStore(client, required('IMAGES_TABLE'), IMAGES),
    backups: new BackupsStore(client, required('BACKUPS_TABLE')),
    quarantine: new QuarantineStore(client, required('QUARANTINE_TABLE')),
    offsets: new UtcOffsetStore(client, required('GROUPS_TABLE'), systemClock),
    bus: eventBridge(required('EVENT_BUS')),
    retentionDays: requiredNumber('VIEW_RETENTION_DAYS'),
    log,
  };
};
