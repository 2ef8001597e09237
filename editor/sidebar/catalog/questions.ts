// What a person is asked about a shop: its items of before, what a brake holds, and what a dry run would do.
import type {
    CatalogContent,
    GoneStoreRow,
    ShopQuestionRow,
    ShopReport,
} from '../../../lib/admin/sidebar/catalog/wire';
import { button, hasFocus, icon, make } from '../page/elements';
import { number, when } from '../page/format';
import { numbers } from '../history/numbers';
import { mayWrite, say, t } from '../page/texts';
import { PARTINGS } from './partings';
import { costText } from './plan/cost-text';

interface Answer {
    text: string;
    sign: string;
    /** `data-act` of its button */
    act: string;
    action: object;
    isPrimary: boolean;
}

interface Question {
    key: string;
    text: string;
    why: string;
    answers: Answer[];
}

const COUNTS = ['add', 'link', 'ask', 'edit', 'hide', 'photos', 'newAlbums'] as const;

export class Questions {
    readonly element = make('div', { class: 'pts-questions', hidden: true });
    private shown = '';
    private asked = new Set<string>();

    /**
     * @param act asks the catalog for an action. @returns whether it was done
     * @param leave called where nothing is left that could have the focus
     */
    constructor(
        private readonly act: (action: object) => Promise<boolean>,
        private readonly leave: () => void,
    ) {}

    show({ shops, goneStores }: Pick<CatalogContent, 'shops' | 'goneStores'>): void {
        const text = JSON.stringify([shops.map(({ counts: _counts, ...rest }) => rest), goneStores, mayWrite()]);
        if (text === this.shown) return;
        this.shown = text;
        const had = hasFocus(this.element);
        const several = shops.length > 1;
        const questions = [...goneStores.map(goneStore), ...shops.flatMap((shop) => questionsOf(shop, several))];
        this.element.replaceChildren(
            ...questions.map((question) => this.question(question)),
            ...shops.flatMap((shop) => (shop.planned === null ? [] : [plan(shop)])),
        );
        this.element.hidden = this.element.childNodes.length === 0;
        const fresh = questions.find(({ key }) => !this.asked.has(key));
        this.asked = new Set(questions.map(({ key }) => key));
        if (fresh !== undefined) say(fresh.text);
        if (had && !hasFocus(this.element)) this.leave();
    }

    private question({ key, text, why, answers }: Question): HTMLElement {
        const id = `pts-question-${key.replace(/[^\w-]/g, '_')}`;
        return make('section', { class: 'pts-offered', 'aria-labelledby': id }, [
            icon('fa-question-circle'),
            make('div', {}, [
                make('strong', { id, text }),
                make('p', { text: why }),
                mayWrite()
                    ? make(
                          'div',
                          { class: 'pts-offered-buttons' },
                          answers.map((answer) => this.answer(answer)),
                      )
                    : null,
            ]),
        ]);
    }

    private answer({ text, sign, act, action, isPrimary }: Answer): HTMLElement {
        return button(text, { icon: sign, primary: isPrimary, 'data-act': act }, () => void this.give(action, text));
    }

    private async give(action: object, text: string): Promise<void> {
        if (this.element.getAttribute('aria-busy') === 'true') return;
        this.element.setAttribute('aria-busy', 'true');
        const done = await this.act(action);
        this.element.setAttribute('aria-busy', 'false');
        if (done) say(t('catalog.question.answered', { answer: text }));
    }
}

function questionsOf({ community, firstSyncAsks, questions }: ShopReport, several: boolean): Question[] {
    const of = several ? t('catalog.question.ofShop', { id: community }) : '';
    const first: Question[] = firstSyncAsks
        ? [
              {
                  key: `${community}-first`,
                  text: `${t('catalog.question.first')}${of}`,
                  why: t('catalog.question.firstWhy'),
                  answers: [
                      {
                          text: t('catalog.question.link'),
                          sign: 'fa-link',
                          act: 'link-matches',
                          action: { action: 'link', matches: 'link' },
                          isPrimary: true,
                      },
                      {
                          text: t('catalog.question.beside'),
                          sign: 'fa-plus',
                          act: 'add-beside',
                          action: { action: 'link', matches: 'beside' },
                          isPrimary: false,
                      },
                  ],
              },
          ]
        : [];
    return [
        ...first,
        ...questions.map((question) => (question.kind === 'masters' ? masters : brake)(community, question, of)),
    ];
}

/** Two stores have the same goods: one of them is master, or they stay apart. */
function masters(community: string, question: ShopQuestionRow, shop: string): Question {
    const { kind, store, storeName, other = '', otherName = '', count } = question;
    const answer = (text: string, act: string, master: string): Answer => ({
        text,
        sign: master === 'apart' ? 'fa-arrows-h' : 'fa-check',
        act,
        action: { action: 'agree', kind, store, other, master },
        isPrimary: false,
    });
    return {
        key: `${community}-${kind}-${store}-${other}`,
        text: `${t('catalog.question.masters', { name: storeName, other: otherName, n: number(count) })}${shop}`,
        why: t('catalog.question.mastersWhy'),
        answers: [
            answer(t('catalog.question.master', { name: storeName }), 'master-first', store),
            answer(t('catalog.question.master', { name: otherName }), 'master-second', other),
            answer(t('catalog.question.apart'), 'master-apart', 'apart'),
        ],
    };
}

function brake(community: string, { kind, store, storeName, count, of }: ShopQuestionRow, shop: string): Question {
    const name = kind === 'price' ? 'price' : 'hide';
    const values = { name: storeName, count: number(count), of: number(of) };
    return {
        key: `${community}-${kind}-${store}`,
        text: `${t(`catalog.question.${name}`, values)}${shop}`,
        why: t(`catalog.question.${name}Why`),
        answers: [
            {
                text: t(`catalog.question.${name}Agree`, values),
                sign: 'fa-check',
                act: `agree-${name}`,
                action: { action: 'agree', store, kind },
                isPrimary: false,
            },
        ],
    };
}

function goneStore({ store, name, products, since }: GoneStoreRow): Question {
    return {
        key: `gone-${store}`,
        text: t('catalog.question.gone', { name, since: when(since) }),
        why: t('catalog.question.goneWhy', { n: number(products) }),
        answers: PARTINGS.map(({ parting, icon: sign }) => ({
            text: t(`catalog.accounts.parting.${parting}`),
            sign,
            act: `gone-${parting}`,
            action: { action: 'agree', kind: 'gone', store, products: parting },
            isPrimary: false,
        })),
    };
}

/** What a dry run would do, with its cost. */
function plan({ planned }: ShopReport): HTMLElement {
    const counts = COUNTS.map((name) => [t(`catalog.plan.${name}`), planned![name]] as const);
    const some = counts.filter(([, n]) => n > 0);
    return make('section', { class: 'pts-plan', 'aria-label': t('catalog.plan.title') }, [
        make('strong', { text: t('catalog.plan.title') }),
        some.length === 0 ? make('p', { text: t('catalog.plan.nothing') }) : numbers(some),
        some.length === 0 ? null : make('p', { class: 'pts-plan-cost', text: costText(planned!) }),
        make('p', { class: 'pts-hint', text: t('catalog.plan.hint') }),
    ]);
}
