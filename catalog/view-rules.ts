/** Rules for the views that registry.yaml names. */
import type { Problem } from '../core/problem.ts';
import type { YamlFile } from '../core/yaml.ts';
import type { RegistryConfig } from '../schemas/types.ts';

/** No view may be sent where another is, nor to a folder in there: whoever may read the outer one would read both. */
export function checkViews({ file, value: { views = [] }, locate }: YamlFile<RegistryConfig>): Problem[] {
  const places = views.map(({ to }) => placeOf(to));
  return views.flatMap(({ audience, to }, index) => {
    const place = places[index] ?? '';
    // Of two at the same place, the later one is at fault.
    const other = places.findIndex((each, at) => place.startsWith(each) && (place === each ? at < index : true));
    if (other < 0) return [];
    const [one, two] = [audience, views[other]?.audience ?? []].map((groups) => groups.join(', '));
    return [
      {
        code: 'view-in-view',
        file,
        ...locate(['views', index, 'to']),
        message: `${to} is for ${one}, and lies where the view for ${two} is sent: who may read that reads both`,
        remedy: 'send each view to a bucket or a folder that holds no other',
      },
    ];
  });
}

/** With a slash at its end. Of the parameters, the endpoint alone says where it is. */
function placeOf(to: string): string {
  const [path = '', query = ''] = to.split('?');
  return `${new URLSearchParams(query).get('endpoint') ?? ''} ${path.replace(/\/*$/u, '/')}`;
}
