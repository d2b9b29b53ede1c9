/*
 * The library in a pipe, for the tests: a line in, a line out.
 *
 *   board BOOT CAUSE UID   begins          at MS            sets the time
 *   reading ID VALUE       VALUE or invalid     poll
 *   result STATUS          of commands to come  receive HEX
 *
 * Out: what was sent, in hex or "-", then the orders that came: "CODE,ID,ARGUMENT".
 */
#include "../qis_bridge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char qis_bridge_description[] QIS_BRIDGE_FLASH =
    QIS_BRIDGE_FIRMWARE("weather-node", "1.0.0")
    QIS_BRIDGE_CHANNEL(0, "temperature", "-", "degC", 0.01, 1000)
    QIS_BRIDGE_CHANNEL(1, "pm2_5", "indoor", "ug/m3", 0.1, 250);

static uint32_t now_ms;
static uint8_t status;
static char orders[4096];
static char sent[65536];

void qis_bridge_write(uint8_t byte)
{
    size_t end = strlen(sent);
    if (end + 3 > sizeof sent) abort();
    sprintf(sent + end, "%02x", byte);
}

uint32_t qis_bridge_millis(void)
{
    return now_ms;
}

uint8_t qis_bridge_command(const qis_bridge_order *order)
{
    size_t end = strlen(orders);
    if (end + 32 > sizeof orders) abort();
    sprintf(orders + end, " %u,%u,%" PRIu32, order->code, order->id, order->argument);
    return status;
}

static void receive(const char *hex)
{
    unsigned byte;
    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) qis_bridge_receive((uint8_t)byte);
}

static int follow(char *line)
{
    char *word = strtok(line, " \n");
    char *first = strtok(NULL, " \n");
    char *second = strtok(NULL, " \n");
    char *third = strtok(NULL, " \n");
    if (!word) return 0;
    if (!strcmp(word, "poll")) qis_bridge_poll();
    else if (!strcmp(word, "receive")) receive(first ? first : "");
    else if (!first) return 0;
    else if (!strcmp(word, "at")) now_ms = (uint32_t)strtoul(first, NULL, 10);
    else if (!strcmp(word, "result")) status = (uint8_t)strtoul(first, NULL, 10);
    else if (!second) return 0;
    else if (!strcmp(word, "reading") && !strcmp(second, "invalid")) qis_bridge_reading((uint8_t)atoi(first), QIS_BRIDGE_INVALID);
    else if (!strcmp(word, "reading")) qis_bridge_reading((uint8_t)atoi(first), (int32_t)strtol(second, NULL, 10));
    else if (!third) return 0;
    else if (!strcmp(word, "board")) {
        qis_bridge_self.boot = (uint16_t)atoi(first);
        qis_bridge_self.cause = (uint32_t)atoi(second);
        qis_bridge_self.uid = (uint32_t)strtoul(third, NULL, 10);
        qis_bridge_begin();
    } else return 0;
    return 1;
}

int main(void)
{
    static char line[262144];
    while (fgets(line, sizeof line, stdin)) {
        sent[0] = 0;
        orders[0] = 0;
        if (!follow(line)) return 1;
        printf("%s%s\n", *sent ? sent : "-", orders);
        fflush(stdout);
    }
    return 0;
}
