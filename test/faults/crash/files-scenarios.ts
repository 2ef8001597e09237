import { ago, FILE, stocked, type Scenario } from './scenario';
import type { CaseServers } from './servers';

const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex');
const ATTACHED = ['part 3MF', 'part Model', 'stockitem Photo', 'stockitem Timelapse'];

/** What is attached, as `<to> <first word of the comment>`. */
function attached({ inventree }: CaseServers): string[] {
    const all = [...inventree.state.attachments.values()];
    return all.map(({ model_type, comment }) => `${model_type} ${comment.split(' ')[0]}`).sort();
}

/** Files and links of a print are attached beside its picture. */
export const FILES: readonly Scenario[] = [
    {
        name: 'files attached',
        after: null,
        ends: { done: 1 },
        settings: {
            'inventree-image-upload': {
                version: 2,
                attachFile: true,
                attachMost: 50,
                attachPhoto: true,
                attachTimelapse: true,
                attachPage: true,
            },
        },
        arrange: ({ bambuddy }) => {
            let done = false;
            bambuddy.interfere = ({ method, url }) => {
                if (done || method !== 'GET' || !/\/print-log\/\?(.*&)?limit=50(&|$)/.test(url)) return undefined;
                done = true;
                const { archiveId } = bambuddy.print({
                    ...FILE,
                    seconds: 5400,
                    startedAt: ago(3),
                    fields: {
                        makerworld_url: 'https://makerworld.com/en/models/7',
                        timelapse_path: 'timelapses/1.mp4',
                    },
                });
                bambuddy.addPhoto(archiveId, 'finish.jpg', JPEG);
                return undefined;
            };
        },
        expected: (servers) => stocked(servers),
        check: (servers) => {
            const found = attached(servers);
            return found.join() === ATTACHED.join() ? [] : [`attached: ${found.join(', ')}`];
        },
    },
];
