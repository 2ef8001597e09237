// The report for those who help: what is in it is shown before it is copied.
import { runtime, whyOf } from '../runtime';
import { button, make, save } from './elements';
import { say, t } from './texts';

const ID = 'pts-diagnostics';

export class Diagnostics {
    private readonly names = this.tick('names');
    private readonly addresses = this.tick('addresses');
    private readonly text = make('textarea', {
        class: 'pts-diagnostics-text',
        readonly: true,
        rows: 8,
        'aria-label': t('diagnostics.report'),
    });
    private readonly copy = button(
        t('diagnostics.copy'),
        { icon: 'fa-clipboard', primary: true },
        () => void this.copied(),
    );
    private readonly save = button(t('diagnostics.save'), { icon: 'fa-download' }, () => this.saved());
    readonly element = make(
        'section',
        { class: 'pts-panel', id: ID, 'aria-label': t('diagnostics.title'), hidden: true },
        [
            make('div', { class: 'pts-panel-body' }, [
                make('p', { text: t('diagnostics.about') }),
                this.names.label,
                this.addresses.label,
                this.text,
                make('div', {}, [this.copy, ' ', this.save]),
            ]),
        ],
    );
    readonly toggle = button(
        t('diagnostics.title'),
        {
            icon: 'fa-stethoscope',
            iconOnly: true,
            'aria-expanded': 'false',
            'aria-controls': ID,
            'data-act': 'diagnostics',
        },
        () => this.open(this.element.hidden),
    );

    private open(open: boolean): void {
        this.element.hidden = !open;
        this.toggle.setAttribute('aria-expanded', String(open));
        this.toggle.classList.toggle('selected', open);
        if (open) void this.load();
    }

    private async load(): Promise<void> {
        this.copy.disabled = this.save.disabled = true;
        this.text.value = t('diagnostics.loading');
        const keep = [this.names, this.addresses].filter(({ box }) => box.checked).map(({ name }) => name);
        const { body, failed } = await runtime.diagnostics(keep).answer;
        this.text.value = failed === null ? JSON.stringify(body, null, 2) : whyOf(failed);
        this.copy.disabled = this.save.disabled = failed !== null;
    }

    private async copied(): Promise<void> {
        await RED.clipboard.copyText(this.text.value, $(this.copy), t('diagnostics.copied'));
        say(t('diagnostics.copied'));
    }

    private saved(): void {
        save(new Blob([this.text.value], { type: 'application/json' }), 'print-to-stock-diagnostics.json');
    }

    private tick(name: 'names' | 'addresses'): { name: string; box: HTMLInputElement; label: HTMLElement } {
        const box = make('input', { type: 'checkbox', on: { change: () => void this.load() } });
        return { name, box, label: make('label', { class: 'pts-tick' }, [box, ' ', t(`diagnostics.${name}`)]) };
    }
}
