import { words } from '../../i18n/words.ts';

export const quarantineWords = words(
  {
    title: (groupId: string) => `Quarantine of ${groupId}`,
    about:
      'Notifications that could not be interpreted. Their jobs and images may be missing. Replay interprets one again, after an update of this deployment.',
    none: 'Nothing is in quarantine.',
    received: 'Arrived',
    reason: 'Why',
    object: 'Kind',
    text: 'Text',
    show: 'Show',
    replay: 'Replay',
    replayOf: (id: string) => `Replay notification ${id}`,
    replayed: 'The notification was interpreted, and has left the quarantine.',
    reasons: {
      'not-a-notification': 'not a notification',
      'no-time-stamp': 'without a time stamp',
      'payload-no-array': 'its payload is not an array',
      'no-data-array': 'its data is not an array',
      'unknown-object': 'a kind that is not known',
      'not-a-job': 'not a job',
      'not-an-image': 'not an image',
      'inexact-number': 'a number that cannot be kept exactly',
      'cannot-be-read': 'cannot be read',
      'cannot-be-stored': 'cannot be stored',
      'cannot-be-applied': 'cannot be applied',
      'too-many-notifications': 'too many notifications in one message',
      'too-many-not-interpretable': 'too many that cannot be interpreted in one message',
    },
  },
  {
    title: (groupId: string) => `${groupId} の隔離された通知`,
    about:
      '解釈できなかった通知です。関連するジョブやイメージが表示されていない可能性があります。デプロイメントの更新後に「再処理」を実行すると、もう一度解釈します。',
    none: '隔離された通知はありません。',
    received: '受信日時',
    reason: '理由',
    object: '種類',
    text: '本文',
    show: '表示',
    replay: '再処理',
    replayOf: (id: string) => `通知 ${id} を再処理`,
    replayed: '通知を解釈し、隔離から解除しました。',
    reasons: {
      'not-a-notification': '通知ではありません',
      'no-time-stamp': 'タイムスタンプがありません',
      'payload-no-array': 'payload が配列ではありません',
      'no-data-array': 'data が配列ではありません',
      'unknown-object': '未知の種類です',
      'not-a-job': 'ジョブではありません',
      'not-an-image': 'イメージではありません',
      'inexact-number': '正確に保持できない数値があります',
      'cannot-be-read': '読み取れません',
      'cannot-be-stored': '保存できません',
      'cannot-be-applied': '適用できません',
      'too-many-notifications': '1 つのメッセージに含まれる通知が多すぎます',
      'too-many-not-interpretable': '1 つのメッセージに解釈できない通知が多すぎます',
    },
  },
);

export const reasonText = (reason: string): string =>
  (quarantineWords().reasons as Readonly<Record<string, string>>)[reason] ?? reason;
