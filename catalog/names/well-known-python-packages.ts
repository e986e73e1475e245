/** Python packages that many projects load, in normal form, so that a name near to one of them is no accident. Names only. */

export const wellKnownPythonPackages: ReadonlySet<string> = new Set(
  `
  aiobotocore aiofiles aiohappyeyeballs aiohttp aioitertools aiosignal alembic altair amqp annotated-types anthropic
  anyio appdirs argcomplete argon2-cffi arrow asgiref asn1crypto asttokens async-timeout asyncpg attrs authlib
  azure-common azure-core azure-identity azure-storage-blob babel backoff bcrypt beautifulsoup4 billiard black bleach
  boto3 botocore bottle build cachecontrol cachetools celery certifi cffi chardet charset-normalizer chromadb click
  cloudpickle colorama coloredlogs comm configparser contourpy coverage cryptography cycler cython dask databricks-sdk
  dataclasses-json datasets decorator defusedxml deprecated dill distlib distro django djangorestframework dnspython
  docker docopt docstring-parser docutils duckdb ecdsa elasticsearch email-validator et-xmlfile exceptiongroup
  execnet executing faiss-cpu fastapi fastavro fastjsonschema fastmcp ffmpeg-python filelock flake8 flask flask-cors
  flatbuffers fonttools frozenlist fsspec future gensim gitdb gitpython google-api-core google-api-python-client
  google-auth google-auth-httplib2 google-auth-oauthlib google-cloud-bigquery google-cloud-core google-cloud-storage
  google-genai googleapis-common-protos gradio greenlet grpcio grpcio-status grpcio-tools gunicorn h11 h2 h5py hpack
  html5lib httpcore httplib2 httptools httpx httpx-sse huggingface-hub humanfriendly hyperframe hypothesis idna imageio
  importlib-metadata importlib-resources iniconfig invoke ipykernel ipython isodate isort itsdangerous jedi jinja2
  jiter jmespath joblib jsonpatch jsonpath-ng jsonpointer jsonschema jsonschema-specifications jupyter jupyter-client
  jupyter-core keras keyring kiwisolver kombu kubernetes langchain langchain-core langchain-openai langgraph langsmith
  lightgbm litellm llama-index llvmlite loguru lxml lz4 mako markdown markdown-it-py markdownify markupsafe marshmallow
  matplotlib matplotlib-inline mccabe mcp mcp-server-fetch mcp-server-git mcp-server-time mdurl mistune mlflow
  more-itertools motor mpmath msal msal-extensions msgpack multidict multiprocess mypy mypy-extensions mysql-connector-python
  nbconvert nbformat nest-asyncio networkx nltk notebook numba numpy oauthlib onnx onnxruntime openai opencv-python
  opencv-python-headless openpyxl opentelemetry-api opentelemetry-sdk orjson outcome overrides packaging pandas paramiko
  parso passlib pathspec patsy peewee pexpect pillow pip platformdirs playwright plotly pluggy poetry polars portalocker
  prettytable prometheus-client prompt-toolkit propcache proto-plus protego protobuf psutil psycopg psycopg2
  psycopg2-binary ptyprocess pure-eval py-cpuinfo pyarrow pyasn1 pyasn1-modules pycodestyle pycparser pycryptodome
  pycryptodomex pydantic pydantic-core pydantic-settings pyflakes pygments pyjwt pylint pymongo pymysql pynacl pyodbc
  pyopenssl pyparsing pypdf pyperclip pyrsistent pyserial pysocks pytest pytest-asyncio pytest-cov pytest-mock
  pytest-xdist python-dateutil python-dotenv python-json-logger python-multipart python-slugify pytz pywin32 pyyaml
  pyzmq qdrant-client rapidfuzz readabilipy redis referencing regex requests requests-oauthlib requests-toolbelt rich
  rpds-py rsa ruamel-yaml ruff s3fs s3transfer safetensors scikit-image scikit-learn scipy scrapy seaborn selenium
  sentence-transformers sentencepiece sentry-sdk setuptools shapely shellingham simplejson six smart-open smmap sniffio
  snowflake-connector-python sortedcontainers soupsieve spacy sphinx sqlalchemy sqlmodel sqlparse sse-starlette
  stack-data starlette statsmodels streamlit stripe structlog sympy tabulate tblib tenacity tensorboard tensorflow
  termcolor text-unidecode threadpoolctl tiktoken tinycss2 tokenizers toml tomli tomlkit toolz torch torchaudio
  torchvision tornado tqdm traitlets transformers trio twine typeguard typer types-requests typing-extensions
  typing-inspect typing-inspection tzdata tzlocal ujson uritemplate urllib3 uv uvicorn uvloop virtualenv watchdog
  watchfiles wcwidth weaviate-client webencodings websocket-client websockets werkzeug wheel wrapt xgboost xlrd
  xlsxwriter xmltodict yarl zipp zope-interface zstandard
  `
    .trim()
    .split(/\s+/u),
);
