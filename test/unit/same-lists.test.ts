/** Lists that stand in several parts of the project, because one may not import the other. */
import { METHODS as METHODS_OF_CONSOLE } from '../../console/src/views/explorer/request.ts';
import { VERDICTS } from '../../lambdas/groups/backup-rules.ts';
import { LABEL_KEY } from '../../lambdas/groups/labels.ts';
import { SCOPES } from '../../lambdas/http/rights.ts';
import { SEVERITIES } from '../../lambdas/platform/bus/enumerations.ts';
import { KINDS } from '../../lambdas/problems/kinds.ts';
import { DETAIL_TYPES } from '../../lambdas/problems/publish-problem.ts';
import { METHODS } from '../../lambdas/protocol/methods.ts';
import { ALERT_KINDS, ALERT_SEVERITIES, TRANSITIONS } from '../../lib/alert-settings.ts';
import { VERDICTS as VERDICTS_OF_SETTINGS } from '../../lib/backup-settings.ts';
import { OIDC_SCOPES } from '../../lib/oidc-settings.ts';
import { LABEL_KEY as LABEL_KEY_OF_SETTINGS } from '../../lib/setting-types.ts';

it.each<[string, unknown, unknown]>([
  ['kinds of problems', ALERT_KINDS, KINDS],
  ['severities', ALERT_SEVERITIES, SEVERITIES],
  ['events about problems', TRANSITIONS, DETAIL_TYPES],
  ['verdicts', VERDICTS_OF_SETTINGS, VERDICTS],
  ['scopes', OIDC_SCOPES, SCOPES],
  ['keys of labels', LABEL_KEY_OF_SETTINGS, LABEL_KEY],
  ['methods', METHODS_OF_CONSOLE, METHODS],
])('the %s are the same everywhere', (_, copy, original) => {
  expect(copy).toEqual(original);
});
