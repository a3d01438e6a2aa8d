import type { Image } from '../domain/types.ts';
import { type Collection, listByOffset, resourceOf } from './collection.ts';
import type { Call, Reply, RestContext, Route } from './context.ts';
import { notFound } from './errors.ts';
import { type ImageAttributes, imageAttributes } from './image-attributes.ts';

const DAY_S = 86_400;

const IMAGES: Collection<ImageAttributes> = {
  type: 'image',
  path: '/catalog/images',
  fields: new Set([
    'backupId',
    'backupTime',
    'clientName',
    'policyName',
    'policyType',
    'scheduleName',
    'scheduleType',
    'expiration',
    'numCopies',
    'kbytes',
  ]),
  sort: '-backupTime',
  maxLimit: 100,
  idOf: ({ backupId }) => backupId,
  // Relative and without /netbackup, one of the forms of CMD-4.
  selfOf: (id) => `/catalog/images/${id}`,
};

/** `/catalog/images`: list (the last 24 h unless the filter contains `backupTime`) and one image. */
export function imageRoutes(context: RestContext): Route[] {
  const { catalog, clock } = context;
  const list = (call: Call): Reply => {
    const since = clock.now() / 1000 - DAY_S;
    const isLastDay = !call.query.get('filter')?.includes('backupTime');
    const images = catalog.images().filter(({ backupTime }) => !isLastDay || backupTime >= since);
    return listByOffset(
      context,
      IMAGES,
      images.map((image) => imageAttributes(image, context)),
      call,
    );
  };
  const find = (backupId: string | undefined): Image => {
    const image = catalog.image(backupId ?? '');
    if (!image) throw notFound();
    return image;
  };
  const one = (call: Call): Reply => {
    const attributes = imageAttributes(find(call.params['backupId']), context);
    return { status: 200, json: { data: resourceOf(context, IMAGES, attributes) } };
  };
  return [
    { method: 'GET', path: IMAGES.path, handle: list },
    { method: 'GET', path: `${IMAGES.path}/{backupId}`, handle: one },
  ];
}
