/** The settings `webSocketDomain` and `apiDomain`. */
import { z } from 'zod';
import { group, text } from './setting-types.ts';

/** A full host name. */
export const HOST_NAME =
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** A certificate in AWS Certificate Manager. */
export const acmCertificate = () =>
  text(
    /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]{1,64}$/,
    'must be the ARN of a certificate in AWS Certificate Manager',
  );
const ZONE = 'must be given together with hostedZoneId and end the name';

const settings = group({
  name: text(HOST_NAME, 'must be a fully qualified host name in lower case'),
  /** The certificate in AWS Certificate Manager, in the Region of the deployment: issued there, or imported. */
  certificateArn: acmCertificate(),
  /** The public hosted zone in Route 53, in which the deployment creates the DNS records of the name. */
  hostedZoneId: text(/^[A-Z0-9]{1,32}$/, 'must be the id of a hosted zone in Route 53').optional(),
  zoneName: text(HOST_NAME, 'must be the name of the hosted zone').optional(),
  /** Whether the host name that API Gateway itself gives to the API is refused. */
  disableDefaultEndpoint: z.boolean('must be true or false').default(false),
}).check(({ value: { name, hostedZoneId, zoneName }, issues }) => {
  if (hostedZoneId === undefined && zoneName === undefined) return;
  if (hostedZoneId !== undefined && `.${name}`.endsWith(`.${zoneName}`)) return;
  issues.push({ code: 'custom', path: ['zoneName'], message: ZONE, input: zoneName });
});

/** A custom host name of an API; `null` means none, so that one command can leave out what cdk.json has. */
export const domain = z.preprocess((value) => value ?? undefined, settings.optional());

export type DomainSettings = z.infer<typeof settings>;

/** Reserved below custom domains: API Gateway answers health checks there. */
const RESERVED_PATHS = ['ping', 'sping'];

/** The conflicts between both names and the path of the WebSocket URL. */
export function domainProblems(config: {
  readonly webSocketDomain?: DomainSettings | undefined;
  readonly apiDomain?: DomainSettings | undefined;
  readonly stageName: string;
}): z.core.$ZodRawIssue[] {
  const { webSocketDomain, apiDomain, stageName } = config;
  const problem = (path: string[], message: string, input: unknown) =>
    ({ code: 'custom', path, message, input }) as const;
  const problems: z.core.$ZodRawIssue[] = [];
  if (webSocketDomain && webSocketDomain.name === apiDomain?.name) {
    const message =
      'must differ from webSocketDomain.name, since API Gateway shares no name between both APIs';
    problems.push(problem(['apiDomain', 'name'], message, apiDomain.name));
  }
  if (webSocketDomain && RESERVED_PATHS.includes(stageName)) {
    problems.push(problem(['stageName'], 'is reserved by API Gateway with webSocketDomain', stageName));
  }
  return problems;
}
