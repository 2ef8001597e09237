// What changes in a shop would cost, in one line.
import type { ShopReport } from '../../../../lib/admin/sidebar/catalog/wire';
import { number, percent } from '../../page/format';
import { t } from '../../page/texts';

type Cost = Pick<NonNullable<ShopReport['planned']>, 'calls' | 'minutes' | 'share'>;

/** `412 calls to VK · at least 3 min · 4 % of the month's calls` */
export function costText({ calls, minutes, share }: Cost): string {
    const cost = [
        t('catalog.plan.calls', { n: number(calls) }),
        t('catalog.plan.minutes', { n: number(Math.max(1, Math.ceil(minutes))) }),
        share === null ? null : t('catalog.plan.share', { share: percent(share) }),
    ];
    return cost.filter(Boolean).join(' · ');
}
