/* A server that answers `initialize`, and tells what it can see and change. With the argument `stubborn`, it never ends by itself. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static const char *try_open(const char *path, const char *mode) {
  FILE *file = fopen(path, mode);
  if (file == NULL) return "no";
  fclose(file);
  return "yes";
}

static int count_interfaces(void) {
  int count = 0;
  DIR *folder = opendir("/sys/class/net");
  if (folder == NULL) return -1;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
    if (entry->d_name[0] != '.') count++;
  closedir(folder);
  return count;
}

static void look(int argc, char **argv) {
  printf("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"uid\":%d,\"interfaces\":%d,\"root\":\"%s\",\"tmp\":\"%s\",\"data\":\"%s\",\"arguments\":[", getuid(),
         count_interfaces(), try_open("/written", "w"), try_open("/tmp/written", "w"), try_open("/data/written", "w"));
  for (int i = 1; i < argc; i++) printf("%s\"%s\"", i == 1 ? "" : ",", argv[i]);
  printf("],\"files\":[");
  for (int i = 1; i < argc; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/new", argv[i]);
    printf("%s{\"read\":\"%s\",\"write\":\"%s\"}", i == 1 ? "" : ",", try_open(argv[i], "r"), try_open(path, "w"));
  }
  printf("],\"environment\":[");
  for (char **each = environ; *each != NULL; each++) printf("%s\"%s\"", each == environ ? "" : ",", *each);
  printf("]}}\n");
}

int main(int argc, char **argv) {
  char line[65536];
  int stubborn = argc > 1 && strcmp(argv[1], "stubborn") == 0;
  if (stubborn) signal(SIGTERM, SIG_IGN);
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (strstr(line, "\"initialize\"") != NULL)
      printf("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
             "\"serverInfo\":{\"name\":\"image\",\"version\":\"1.0.0\"}}}\n");
    if (strstr(line, "\"ping\"") != NULL) look(argc, argv);
    fflush(stdout);
  }
  while (stubborn) pause();
  return 7;
}
