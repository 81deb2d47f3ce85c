// A client of a log built on golang.org/x/mod/sumdb alone: it shares no line with Tanlu.
//
// client          reads a case as JSON from stdin, prints a verdict on each of its claims
// client DIR VKEY reads a log's folder: every entry must be authenticated by tiles and checkpoint
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index int64
	Entry []byte
	Path  [][]byte
}

type consistency struct {
	Older string
	Path  [][]byte
}

type claims struct {
	Vkey          string
	Note          string
	Inclusions    []inclusion
	Consistencies []consistency
}

type verdicts struct {
	Note          bool   `json:"note"`
	Inclusions    []bool `json:"inclusions"`
	Consistencies []bool `json:"consistencies"`
}

func main() {
	if len(os.Args) == 3 {
		count, err := readLog(os.Args[1], os.Args[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(count)
		return
	}
	var told claims
	if err := json.NewDecoder(os.Stdin).Decode(&told); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	json.NewEncoder(os.Stdout).Encode(judge(told))
}

func judge(told claims) verdicts {
	said := verdicts{Inclusions: []bool{}, Consistencies: []bool{}}
	tree, err := open([]byte(told.Note), told.Vkey)
	said.Note = err == nil
	for _, one := range told.Inclusions {
		path := tlog.RecordProof(hashes(one.Path))
		wrong := tlog.CheckRecord(path, tree.N, tree.Hash, one.Index, tlog.RecordHash(one.Entry))
		said.Inclusions = append(said.Inclusions, err == nil && wrong == nil)
	}
	for _, one := range told.Consistencies {
		old, bad := open([]byte(one.Older), told.Vkey)
		wrong := tlog.CheckTree(tlog.TreeProof(hashes(one.Path)), tree.N, tree.Hash, old.N, old.Hash)
		held := err == nil && bad == nil && wrong == nil
		said.Consistencies = append(said.Consistencies, held)
	}
	return said
}

func open(data []byte, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func hashes(path [][]byte) []tlog.Hash {
	found := make([]tlog.Hash, len(path))
	for at, one := range path {
		if len(one) != tlog.HashSize {
			return nil
		}
		copy(found[at][:], one)
	}
	return found
}

// tiles reads the tiles of a folder; the height of 8 stands in Go's path and not in C2SP's.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for at, one := range wanted {
		path := strings.Replace(one.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		found[at] = data
	}
	return found, nil
}

func readLog(folder, vkey string) (int64, error) {
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return 0, err
	}
	tree, err := open(data, vkey)
	if err != nil {
		return 0, err
	}
	reader := tlog.TileHashReader(tree, tiles{folder})
	for index := int64(0); index < tree.N; {
		entries, err := bundle(folder, index/256, tree.N)
		if err != nil {
			return 0, err
		}
		for _, entry := range entries {
			told, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			if err != nil {
				return 0, err
			}
			if told[0] != tlog.RecordHash(entry) {
				return 0, fmt.Errorf("entry %d is not that of the tree", index)
			}
			path, err := tlog.ProveRecord(tree.N, index, reader)
			if err != nil {
				return 0, err
			}
			if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, told[0]); err != nil {
				return 0, err
			}
			index++
		}
	}
	return tree.N, nil
}

func bundle(folder string, number, size int64) ([][]byte, error) {
	tile := tlog.Tile{H: 8, L: -1, N: number, W: 256}
	if rest := size - number*256; rest < 256 {
		tile.W = int(rest)
	}
	path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(folder, path))
	if err != nil {
		return nil, err
	}
	found := [][]byte{}
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			break
		}
		found = append(found, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) > 0 || len(found) != tile.W {
		return nil, fmt.Errorf("bundle %s has %d entries: %s", path, len(found),
			base64.StdEncoding.EncodeToString(data))
	}
	return found, nil
}
