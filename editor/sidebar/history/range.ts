// Which older prints are looked at: those of some days, and the newest so many.
import { limitsOf } from '../figures/period';
import { make } from '../page/elements';
import { t } from '../page/texts';

/** As the action takes it; what is missing has no limit. */
export interface Range {
    max?: number;
    /** ISO 8601 UTC, both inclusive */
    since?: string;
    until?: string;
}

export class RangeForm {
    readonly elements: readonly HTMLElement[];
    private readonly from: HTMLInputElement;
    private readonly to: HTMLInputElement;
    private readonly max: HTMLInputElement;

    /** @param enter called at the key Enter */
    constructor(enter: () => void) {
        const input = (name: string, props: Record<string, string | number>): HTMLInputElement =>
            make('input', {
                id: `pts-history-${name}`,
                'data-history': name,
                ...props,
                on: {
                    keydown: (event) => {
                        if (event.key === 'Enter') enter();
                    },
                },
            });
        const field = (name: string, element: HTMLInputElement): HTMLElement =>
            make('span', { class: 'pts-field' }, [
                make('label', { for: element.id, text: t(`history.${name}`) }),
                element,
            ]);
        this.from = input('from', { type: 'date', class: 'pts-day' });
        this.to = input('to', { type: 'date', class: 'pts-day' });
        this.max = input('max', { type: 'number', min: 1, step: 1, class: 'pts-max', placeholder: t('history.all') });
        this.elements = [field('from', this.from), field('to', this.to), field('newest', this.max)];
    }

    /** @returns null where a field cannot be read: it says so itself */
    read(): Range | null {
        const wrong = [this.from, this.to, this.max].find((each) => !each.checkValidity());
        if (wrong !== undefined) {
            wrong.reportValidity();
            return null;
        }
        const { from, to } = limitsOf({ period: 'range', since: this.from.value, until: this.to.value });
        const max = this.max.value.trim();
        return {
            ...(max === '' ? {} : { max: Number(max) }),
            ...(from === null ? {} : { since: from.toISOString() }),
            // the day itself is meant, to its end
            ...(to === null ? {} : { until: new Date(to.getTime() - 1).toISOString() }),
        };
    }
}
