import { DetailsError, type EndpointDetails, parseDetails } from '../../wire/endpoint-details.ts';
import { type DetailsUrlOptions, readDetailsUrl } from '../details-url.ts';
import { type FetchCertificate, parseCertificate, type ServerCertificate } from '../nbwss/certificate.ts';
import type { EndpointStore, StoredEndpoint } from '../nbwss/endpoint-store.ts';
import { addressOf } from './collection.ts';
import type { Call, Reply, RestContext, Route } from './context.ts';
import { badRequest, RestError } from './errors.ts';
import { jsonBody, requiredText } from './request-body.ts';

/** A simulated failure of NetBackup itself. */
export type AdministrationFailure = 'truststore' | 'emm' | 'nbac';

/** The routes' context besides {@link RestContext}. */
export interface WssEndpointsContext {
  readonly store: EndpointStore;
  readonly fetchCertificate: FetchCertificate;
  readonly urlOptions: DetailsUrlOptions;
  failure(): AdministrationFailure | undefined;
  /** False while the web service starts: endpoints are not listed then (GRP-5). */
  isListing(): boolean;
}

const PATH = '/config/servers/wssendpoints';
/** `closeStatus` exists since 10.5. */
const CLOSE_STATUS_VERSION = 12;

/** HTTP status and error code of NetBackup's messages to its administrator; the codes are our assumption. */
const STATUSES: Readonly<Record<string, readonly [status: number, errorCode: number]>> = {
  'ERR-1': [400, 9401],
  'ERR-2': [400, 9402],
  'ERR-3': [400, 9403],
  'ERR-4': [400, 9404],
  'ERR-5': [400, 9405],
  'ERR-6': [400, 9406],
  'ERR-7': [409, 226],
  'ERR-8': [400, 9408],
  'ERR-9': [400, 9409],
  'ERR-13': [500, 9413],
  'ERR-14': [503, 9414],
  'ERR-15': [404, 227],
  'ERR-16': [503, 9416],
};

/** `/config/servers/wssendpoints`: NBWSS administration like in the console (EPT-2 to EPT-5, GRP-3, GRP-4). */
export function wssEndpointRoutes(context: RestContext, wss: WssEndpointsContext): Route[] {
  const { store } = wss;
  const post = (path: string, handle: Route['handle']): Route => ({
    method: 'POST',
    path: `${PATH}/${path}`,
    isChange: true,
    handle: withNetBackupErrors(handle),
  });
  /** The guide has ERR-14 for adding an endpoint; the same for other changes is our assumption. */
  const checkEmm = (): void => {
    if (wss.failure() === 'emm') throw new DetailsError('emmFailed');
  };

  const validate = async (details: EndpointDetails): Promise<Reply> => {
    const { pem, ...certificateDetails } = await wss.fetchCertificate(details.url);
    const { token: _token, ...others } = details;
    return { status: 200, json: { ...others, certificate: pem, certificateDetails } };
  };
  const save = async (call: Call): Promise<Reply> => {
    checkEmm();
    const details = detailsOf(call);
    const approved = approvedCertificate(jsonBody(call.body));
    const current = await wss.fetchCertificate(details.url);
    if (current.fingerprint !== approved.fingerprint) {
      throw new DetailsError('certificateChanged');
    }
    if (wss.failure() === 'truststore') throw new DetailsError('truststoreFailed');
    store.add(details, { pem: current.pem, fingerprint: current.fingerprint });
    const location = addressOf(context, `${PATH}/${details.hostName}`);
    return { status: 201, headers: { location } };
  };
  const update = async (call: Call): Promise<Reply> => {
    checkEmm();
    const body = jsonBody(call.body);
    const hostName = requiredText(body, 'hostName');
    const { state } = body;
    if (state !== 'ACTIVATED' && state !== 'DEACTIVATED') throw badRequest('state is not valid.');
    const { url } = store.require(hostName).details;
    await wss.fetchCertificate(url);
    store.setState(hostName, state);
    return { status: 204 };
  };
  const list = (call: Call): Reply => {
    if (wss.failure() === 'emm') throw new DetailsError('noEntity');
    if (wss.failure() === 'nbac') throw new DetailsError('nbacActive');
    const endpoints = wss.isListing() ? store.list() : [];
    return { status: 200, json: { data: endpoints.map((endpoint) => show(endpoint, call.version)) } };
  };
  const remove = (call: Call): Reply => {
    checkEmm();
    const hostName = call.params['hostName'] ?? '';
    store.require(hostName);
    if (wss.failure() === 'truststore') throw new DetailsError('certificateNotRemoved', '', hostName);
    store.remove(hostName);
    return { status: 204 };
  };

  return [
    { method: 'GET', path: PATH, handle: withNetBackupErrors(list) },
    post('validatehost', (call) => validate(detailsOf(call))),
    post('validateurl', async (call) => {
      const url = requiredText(jsonBody(call.body), 'url');
      return validate(await readDetailsUrl(url, wss.urlOptions));
    }),
    post('save', save),
    post('update', update),
    { method: 'DELETE', path: `${PATH}/{hostName}`, isChange: true, handle: withNetBackupErrors(remove) },
  ];
}

/** The five fields of a body, which is refused like a file (EPT-3). */
const detailsOf = ({ body = '' }: Call): EndpointDetails => parseDetails(body);

/** One endpoint in the API's format, without its token. */
function show(endpoint: StoredEndpoint, version: number): Record<string, unknown> {
  const { details, state, connectionState, closeStatus } = endpoint;
  const { token: _token, ...attributes } = details;
  return {
    type: 'wssEndpoint',
    id: details.hostName,
    attributes: {
      ...attributes,
      state,
      connectionState,
      ...(version >= CLOSE_STATUS_VERSION && closeStatus !== undefined && { closeStatus }),
    },
  };
}

function approvedCertificate(body: Record<string, unknown>): ServerCertificate {
  try {
    return parseCertificate(requiredText(body, 'certificate'));
  } catch (error) {
    throw error instanceof RestError ? error : badRequest('certificate is not a certificate.');
  }
}

/** Converts {@link DetailsError} to NetBackup's error response. */
function withNetBackupErrors(handle: Route['handle']): Route['handle'] {
  return async (call) => {
    try {
      return await handle(call);
    } catch (error) {
      if (!(error instanceof DetailsError)) throw error;
      const [status, errorCode] = STATUSES[error.errId] ?? [500, 9400];
      throw new RestError(status, errorCode, error.message);
    }
  };
}
