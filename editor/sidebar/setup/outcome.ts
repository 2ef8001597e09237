// What is shown when the steps are done: what goes out with a deploy, that it works, or that it was taken back.
import { button, fill, icon, make, spinner, type Child } from '../page/elements';
import { say, t } from '../page/texts';
import type { Unsaved } from './flows';

export interface Choices {
    deploy: () => void;
    /** leaves what was created undeployed, or what was deployed as it is */
    close: () => void;
    /** back to the last step */
    again: () => void;
    /** to the older prints */
    history: () => void;
}

export class Outcome {
    readonly element = make('div', { class: 'pts-setup-outcome', role: 'status', hidden: true });

    constructor(private readonly choices: Choices) {}

    working(text: string): void {
        this.show([spinner(text)]);
    }

    hide(): void {
        fill(this.element, []);
    }

    /** Nothing was deployed: what else would go out with it. @param mayDeploy the person may */
    imported(beside: Unsaved, mayDeploy: boolean, isAsked = false): void {
        const { deploy, close } = this.choices;
        const list = listOf(beside);
        this.show(
            [
                heading('fa-clock-o', t(mayDeploy ? 'setup.imported.title' : 'setup.imported.mayNot')),
                isAsked ? make('p', { text: t('setup.imported.asked') }) : null,
                list.length > 0 ? make('p', { text: t('setup.imported.beside') }) : null,
                list.length > 0
                    ? make(
                          'ul',
                          { class: 'pts-setup-beside' },
                          list.map((text) => make('li', { text })),
                      )
                    : null,
                make('div', { class: 'pts-setup-buttons' }, [
                    mayDeploy
                        ? button(
                              t('setup.deployNow'),
                              { primary: true, icon: 'fa-upload', 'data-act': 'deploy' },
                              deploy,
                          )
                        : null,
                    button(t('setup.close'), { 'data-act': 'close' }, close),
                ]),
            ],
            true,
        );
    }

    /** @param hasHistory there are older prints to import */
    deployed(text: string, hasHistory: boolean): void {
        const { history, close } = this.choices;
        this.show(
            [
                heading('fa-check-circle', t('setup.deployed.title')),
                make('p', { text }),
                make('div', { class: 'pts-setup-buttons' }, [
                    hasHistory
                        ? button(
                              t('setup.deployed.history'),
                              { primary: true, icon: 'fa-history', 'data-act': 'setup-history' },
                              history,
                          )
                        : null,
                    button(t('setup.deployed.close'), { 'data-act': 'close' }, close),
                ]),
            ],
            true,
        );
    }

    /** @param isBack what was created is gone from the editor */
    failed(why: string, isBack: boolean): void {
        const { again, close } = this.choices;
        this.show(
            [
                heading('fa-warning', t('setup.failed.title')),
                why === '' ? null : make('p', { class: 'pts-failed', text: why }),
                make('p', { text: t(isBack ? 'setup.failed.back' : 'setup.failed.stays') }),
                make('div', { class: 'pts-setup-buttons' }, [
                    isBack ? button(t('setup.failed.again'), { primary: true, 'data-act': 'again' }, again) : null,
                    button(t('setup.close'), { 'data-act': 'close' }, close),
                ]),
            ],
            true,
        );
    }

    private show(children: readonly Child[], isEnd = false): void {
        fill(this.element, children);
        if (!isEnd) return;
        say(this.element.textContent);
        this.element.querySelector('button')?.focus();
    }
}

function heading(sign: string, text: string): HTMLElement {
    return make('h3', {}, [icon(sign), make('span', { text })]);
}

function listOf({ tabs, configs, deleted }: Unsaved): string[] {
    return [
        ...tabs.map(({ label, n }) => t('setup.beside.tab', { label, n })),
        ...configs.map((label) => t('setup.beside.config', { label })),
        ...(deleted > 0 ? [t('setup.beside.deleted', { n: deleted })] : []),
    ];
}
