import { words } from '../../i18n/words.ts';

export const auditWords = words(
  {
    title: 'Audit',
    titleOf: (groupId: string) => `Audit of ${groupId}`,
    none: 'Nothing was changed.',
    at: 'When',
    who: 'Who',
    action: 'What',
    domain: 'Domain',
    path: 'Request',
    from: 'From',
    status: 'Answer',
    succeeded: (status: string) => `${status} done`,
    refused: (status: string) => `${status} refused`,
    limited: 'Only a key for all domains sees changes of all domains. Open the audit of a domain instead.',
  },
  {
    title: '監査',
    titleOf: (groupId: string) => `${groupId} の監査`,
    none: '変更の記録はありません。',
    at: '日時',
    who: '実行者',
    action: '操作',
    domain: 'ドメイン',
    path: '要求',
    from: '接続元',
    status: '応答',
    succeeded: (status: string) => `${status} 完了`,
    refused: (status: string) => `${status} 拒否`,
    limited:
      'すべてのドメインの記録は、全ドメイン用のキーだけが参照できます。各ドメインの監査を開いてください。',
  },
);
