/** Whether zip files by Python's own `zipfile` are read as Python reads them. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readZip } from './zip.ts';

const program = String.raw`
import base64, hashlib, io, json, sys, zipfile

class Pipe(io.RawIOBase):
    """Cannot seek, so that sizes stand after the contents."""
    def __init__(self):
        self.parts = []
    def writable(self):
        return True
    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)

texts = {
    'tiny/__init__.py': b'',
    'tiny/main.py': b'print("tiny")\n' * 400,
    'tiny/gr\u00f6\u00dfe/\u65e5\u672c.txt': 'g\u00fcnstig'.encode(),
    'tiny-1.0.0.dist-info/RECORD': b'tiny/main.py,,\n',
}

def plain(zip):
    for path, content in texts.items():
        zip.writestr(path, content)

def folders(zip):
    zip.writestr('tiny/', b'')
    plain(zip)
    zip.writestr('empty/', b'')

def modes(zip):
    for path, mode in [('run', 0o100755), ('read', 0o100644), ('bare', 0o755), ('private', 0o100600)]:
        info = zipfile.ZipInfo(path)
        info.external_attr = mode << 16
        zip.writestr(info, b'x')

def wide(zip):
    for path, content in texts.items():
        with zip.open(path, 'w', force_zip64=True) as file:
            file.write(content)

def comment(zip):
    plain(zip)
    zip.comment = b'made by a test'

def many(zip):
    for number in range(66_000):
        zip.writestr(f'{number}', b'')

def written(fill, compression, where):
    with zipfile.ZipFile(where, 'w', compression) as zip:
        fill(zip)
    return b''.join(where.parts) if isinstance(where, Pipe) else where.getvalue()

def appended():
    where = io.BytesIO(written(plain, zipfile.ZIP_STORED, io.BytesIO()))
    with zipfile.ZipFile(where, 'a', zipfile.ZIP_DEFLATED) as zip:
        zip.writestr('later.py', b'1\n')
    return where.getvalue()

made = {
    f'{fill.__name__}, {name}': written(fill, compression, io.BytesIO())
    for fill in [plain, folders, modes, wide, comment]
    for name, compression in [('stored', zipfile.ZIP_STORED), ('deflated', zipfile.ZIP_DEFLATED)]
}
made['plain, deflated, to a pipe'] = written(plain, zipfile.ZIP_DEFLATED, Pipe())
made['wide, deflated, to a pipe'] = written(wide, zipfile.ZIP_DEFLATED, Pipe())
made['more than 65,535 files'] = written(many, zipfile.ZIP_STORED, io.BytesIO())
made['appended'] = appended()

def files(data):
    with zipfile.ZipFile(io.BytesIO(data)) as zip:
        return [
            [info.filename, (info.external_attr >> 16) & 0o111 != 0, hashlib.sha256(zip.read(info)).hexdigest()]
            for info in zip.infolist() if not info.is_dir()
        ]

json.dump({name: [base64.b64encode(data).decode(), files(data)] for name, data in made.items()}, sys.stdout)
`;

type Made = Readonly<Record<string, readonly [zip: string, files: readonly (readonly [string, boolean, string])[]]>>;

test('reads what Python writes as Python reads it', async (context) => {
  const { error, status, stdout, stderr } = spawnSync('python3', ['-I', '-c', program], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error !== undefined) context.skip("zip files by Python's zipfile are not read: python3 not found");
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const made = Object.entries(JSON.parse(stdout) as Made);
  expect(made).toHaveLength(14);
  for (const [name, [zip, files]] of made) {
    const read = await readZip(Buffer.from(zip, 'base64'), name);
    expect(
      read.map(({ path, executable, sha256 }) => [path, executable, sha256]),
      name,
    ).toEqual(files);
  }
});
