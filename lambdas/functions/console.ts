/** The function that serves the console's page. It has no permissions: the page calls the API with the session of its user. */
import { join } from 'node:path';
import { readPage } from '../console/page.ts';
import { servePage } from '../console/serve-page.ts';
import { guarded } from '../http/guard.ts';
import { createRejections } from '../http/rejections.ts';
import { systemClock } from '../platform/clock.ts';
import { optionalList } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';

const serve = servePage(readPage(join(import.meta.dirname, 'page')));

export const handler = guarded(
  {
    allowedCidrs: optionalList('HTTP_ALLOWED_CIDRS'),
    rejections: createRejections(createLog('console'), systemClock),
  },
  async (event: Parameters<typeof serve>[0]) => serve(event),
);
